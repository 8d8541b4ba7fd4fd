import {
  inlined,
  routesOf,
  type ApiDocument,
  type ApiMedia,
  type ApiOperation,
  type Route,
} from '../../src/platform/openapi/api-document.js';
import { partsOf, reachable, type Schema } from '../../src/platform/openapi/schema.js';
import { answerFaults, bodyFaults, mediaFaults, PROBLEM } from './openapi-answer-rules.js';
import { newAjv, SchemaBook } from './openapi-schemas.js';
import { STRUCTURE } from './openapi-structure.js';

/** Codes that every route may return. */
const ALWAYS = ['406', '429', '500', '503'];
const WITH_BODY = ['400', '408', '413', '415'];
const TOKEN_CODES = ['unauthenticated', 'token_expired', 'session_ended'];

const hasStructure = newAjv().compile(STRUCTURE);

/** Lists the faults of a document, each with its place; empty for a correct one. */
export function faultsOf(written: ApiDocument): string[] {
  if (!hasStructure(written)) return hasStructure.errors!.map((e) => `${e.instancePath} ${e.message}`);
  const document = inlined(written);
  const { schemas } = document.components;
  const book = new SchemaBook(schemas);
  const dialect = Object.keys(schemas).flatMap((name) => book.dialectFault(name) ?? []);
  if (dialect.length > 0) return dialect;
  const routes = routesOf(document);
  const ids = routes.map(({ operation }) => operation.operationId);
  return [
    ...ids.filter((id, n) => ids.indexOf(id) !== n).map((id) => `${id} is used twice`),
    ...routes.flatMap((route) => faultsOfRoute(route, document, book)),
    ...Object.entries(schemas).flatMap(undescribed),
    ...opennessFaults(routes, document),
    ...repetitionFaults(written),
  ];
}

/** Repeated headers and parameters are described once, and every description is used. */
function repetitionFaults(document: ApiDocument): string[] {
  const operations = routesOf(document).map(({ operation }) => operation);
  const responses = [
    ...operations.flatMap((operation) => Object.values(operation.responses)),
    ...Object.values(document.components.responses ?? {}),
  ];
  const inPlace = [
    ...responses.flatMap(({ headers = {} }) => Object.entries(headers)),
    ...operations.flatMap(({ parameters = [] }) => parameters.map((p) => [p.name, p] as const)),
  ]
    .filter(([, { $ref }]) => $ref === undefined)
    .map(([name, one]) => name + JSON.stringify(one));
  const repeated = new Set(inPlace.filter((one, at) => inPlace.indexOf(one) !== at));
  const text = JSON.stringify(document);
  const { securitySchemes: _, ...components } = document.components;
  const names = Object.entries(components).flatMap(([section, parts]) =>
    Object.keys(parts).map((name) => `#/components/${section}/${name}`),
  );
  return [
    ...[...repeated].map((one) => `described in several places: ${one}`),
    ...names.filter((name) => !text.includes(`"${name}"`)).map((name) => `${name} is used nowhere`),
  ];
}

/** Every property has a description. */
function undescribed([name, schema]: [string, Schema]): string[] {
  return Object.entries(schema.properties ?? {})
    .filter(
      ([, p]) => !p.description && !p.examples && !p.format && !p.enum && !p.$ref && partsOf(p).length === 0,
    )
    .map(([property]) => `${name}.${property} has neither description nor example`);
}

function faultsOfRoute(
  { path, method, operation }: Route,
  document: ApiDocument,
  book: SchemaBook,
): string[] {
  const tags = document.tags.map(({ name }) => name);
  return [
    ...operation.tags!.filter((tag) => !tags.includes(tag)).map((tag) => `its tag ${tag} is not described`),
    ...parameterFaults(path, operation, book),
    ...securityFaults(operation, document),
    ...bodyFaults('request', Object.values(operation.requestBody?.content ?? {}), book),
    ...coverageFaults(path, operation),
    ...mediaFaults(operation.responses),
    ...Object.entries(operation.responses).flatMap(([status, response]) =>
      answerFaults(status, response, book),
    ),
  ].map((fault) => `${method.toUpperCase()} ${path}: ${fault}`);
}

function parameterFaults(path: string, { parameters = [] }: ApiOperation, book: SchemaBook): string[] {
  const inTemplate = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const described = parameters.filter((p) => p.in === 'path').map(({ name }) => name);
  return [
    ...inTemplate.filter((name) => !described.includes(name)).map((name) => `{${name}} is not described`),
    ...described.filter((name) => !inTemplate.includes(name)).map((name) => `there is no {${name}}`),
    ...parameters.flatMap((p) => {
      const example = p.example ?? p.schema.examples?.[0];
      if (!p.required)
        // Swagger UI would send the example.
        return example === undefined ? [] : [`the optional parameter ${p.name} has an example`];
      if (example === undefined) return [`parameter ${p.name} has no example`];
      const fault = book.faultOf(p.schema, example);
      return fault === null ? [] : [`the example of ${p.name}: ${fault}`];
    }),
  ];
}

function securityFaults(operation: ApiOperation, document: ApiDocument): string[] {
  const schemes = Object.keys(document.components.securitySchemes ?? {});
  return operation
    .security!.flatMap((requirement) => Object.keys(requirement))
    .filter((name) => !schemes.includes(name))
    .map((name) => `there is no security scheme ${name}`);
}

function coverageFaults(path: string, operation: ApiOperation): string[] {
  const statuses = Object.keys(operation.responses);
  const expected = [
    ...ALWAYS,
    ...(operation.requestBody ? WITH_BODY : []),
    ...(operation.security!.length > 0 ? ['401'] : []),
    ...(path.includes('{') ? ['404'] : []),
  ];
  return [
    ...(statuses.some((status) => status.startsWith('2')) ? [] : ['no successful answer']),
    ...(statuses.includes('304') && !operation.parameters?.some(({ name }) => name === 'If-None-Match')
      ? ['304 without If-None-Match']
      : []),
    ...expected.filter((status) => !statuses.includes(status)).map((status) => `no answer ${status}`),
    ...(operation.security!.length > 0
      ? TOKEN_CODES.filter((code) => !operation.responses['401']?.content?.[PROBLEM]?.examples?.[code]).map(
          (code) => `401 does not show ${code}`,
        )
      : []),
  ];
}

/** Clients ignore unknown fields of a response; the product refuses them in a request. */
function opennessFaults(routes: Route[], document: ApiDocument): string[] {
  const { schemas } = document.components;
  const roots = (bodies: ApiMedia[]) => bodies.flatMap(({ schema }) => schema ?? []);
  const answers = routes.flatMap(({ operation }) =>
    Object.values(operation.responses).flatMap(({ content = {} }) => roots(Object.values(content))),
  );
  const requests = routes.flatMap(({ operation }) =>
    roots(Object.values(operation.requestBody?.content ?? {})),
  );
  const answered = reachable(answers, schemas);
  return [
    ...[...answered].filter((n) => schemas[n]!.additionalProperties === false).map((n) => `${n} is closed`),
    ...[...reachable(requests, schemas)]
      .filter((n) => !answered.has(n) && schemas[n]!.additionalProperties === undefined)
      .map((n) => `${n} is a request and not closed`),
  ];
}
