import {
  requestMedia,
  responseMedia,
  routesOf,
  type ApiDocument,
  type ApiOperation,
  type ApiMedia,
  type ApiParameter,
} from './api-document.js';
import { nameUnions } from './event-union.js';
import { exampleOf } from './schema-example.js';
import { modernise, reachable, resolve, type Schema } from './schema.js';
import { shareComponents } from './share-components.js';
import { REQUEST_ID_HEADER } from './shared-headers.js';
import type { ProblemCode } from '../problem/problem-table.js';
import { problemExampleRef, problemExamples } from './problem-examples.js';

/** Completes the draft of @nestjs/swagger: valid 3.1, one operation per route, examples everywhere. */
export function finishDocument(document: ApiDocument): ApiDocument {
  dropAliases(document);
  addSharedParts(document);
  nameUnions(responseMedia(routesOf(document)), document);
  allSchemas(document).forEach(modernise);
  for (const { operation } of routesOf(document)) finishOperation(operation, document);
  closeRequests(document);
  addExamples(document);
  prune(document);
  shareComponents(document);
  return document;
}

/** Suffix that @nestjs/swagger adds to the operationId of a route with several paths: the index of the path. */
const PLACE = /\[(\d+)\]$/;

/**
 * Documents a route with several paths under its first path; the others are for clients of older backends.
 * @throws Error when two routes would share an operationId
 */
function dropAliases(document: ApiDocument): void {
  const taken = new Set<string>();
  for (const { path, method, operation } of routesOf(document)) {
    const place = PLACE.exec(operation.operationId)?.[1] ?? '0';
    operation.operationId = operation.operationId.replace(PLACE, '');
    if (place !== '0') {
      delete document.paths[path]![method];
      if (Object.keys(document.paths[path]!).length === 0) delete document.paths[path];
    } else if (taken.has(operation.operationId)) {
      throw new Error(`OpenAPI: two routes are called ${operation.operationId}`);
    }
    taken.add(operation.operationId);
  }
}

function addSharedParts(document: ApiDocument): void {
  // Drops headers and schemas that no response uses.
  const used = JSON.stringify(document.paths);
  document.components.examples = Object.fromEntries(
    Object.entries(problemExamples()).filter(([code]) =>
      used.includes(`"${problemExampleRef(code as ProblemCode).$ref}"`),
    ),
  );
}

/** Every outermost schema of the document. */
function allSchemas(document: ApiDocument): Schema[] {
  const routes = routesOf(document);
  const headers = routes.flatMap(({ operation }) =>
    Object.values(operation.responses).flatMap((response) => Object.values(response.headers ?? {})),
  );
  return [
    ...Object.values(document.components.schemas),
    ...routes.flatMap(({ operation }) => operation.parameters?.map(({ schema }) => schema) ?? []),
    ...[...requestMedia(routes), ...responseMedia(routes), ...headers].flatMap(({ schema }) => schema ?? []),
  ];
}

function finishOperation(operation: ApiOperation, { components }: ApiDocument): void {
  // Written explicitly: an open route is a decision.
  operation.security ??= [];
  for (const response of Object.values(operation.responses))
    response.headers = { ...response.headers, 'X-Request-Id': REQUEST_ID_HEADER };
  const { requestBody } = operation;
  if (!requestBody) return;
  // A body without required members is optional.
  requestBody.required = Object.values(requestBody.content).some(
    ({ schema }) => schema && (resolve(schema, components.schemas).required ?? []).length > 0,
  );
}

/**
 * Request bodies are closed, because unknown fields are refused. Responses stay open, because clients must ignore unknown
 * fields.
 */
function closeRequests(document: ApiDocument): void {
  const { schemas } = document.components;
  const routes = routesOf(document);
  const answered = reachable(schemasIn(responseMedia(routes)), schemas);
  for (const name of reachable(schemasIn(requestMedia(routes)), schemas))
    if (!answered.has(name)) schemas[name]!.additionalProperties ??= false;
}

const schemasIn = (media: ApiMedia[]): Schema[] => media.flatMap(({ schema }) => schema ?? []);

function addExamples(document: ApiDocument): void {
  const { schemas } = document.components;
  const routes = routesOf(document);
  for (const media of [...requestMedia(routes), ...responseMedia(routes)])
    if (media.schema && media.example === undefined && !media.examples)
      media.example = exampleOf(media.schema, schemas);
  for (const { operation } of routes) {
    for (const parameter of operation.parameters ?? [])
      if (parameter.required) parameter.example ??= exampleOf(parameter.schema, schemas);
      else describeExample(parameter);
    for (const { schema } of Object.values(operation.responses).flatMap(({ headers }) =>
      Object.values(headers ?? {}),
    ))
      if (schema) schema.examples ??= [exampleOf(schema, schemas)].filter((value) => value !== undefined);
  }
}

/**
 * Moves the example of an optional parameter to its description. Swagger UI would send it: the same Idempotency-Key for
 * every operation, or a cursor that does not exist.
 */
function describeExample(parameter: ApiParameter): void {
  const { schema } = parameter;
  const shown = parameter.example ?? schema.examples?.[0];
  delete parameter.example;
  delete schema.examples;
  if (typeof shown === 'string' && schema.default === undefined)
    parameter.description = `${parameter.description} For example \`${shown}\`.`;
}

/** Drops tags and components that no route uses, such as the tag Sandbox without a sandbox. */
function prune(document: ApiDocument): void {
  const routes = routesOf(document);
  const used = reachable(
    schemasIn([...requestMedia(routes), ...responseMedia(routes)]),
    document.components.schemas,
  );
  const { components } = document;
  components.schemas = Object.fromEntries(
    Object.entries(components.schemas).filter(([name]) => used.has(name)),
  );
  const tags = new Set(routes.flatMap(({ operation }) => operation.tags ?? []));
  document.tags = document.tags.filter(({ name }) => tags.has(name));
}
