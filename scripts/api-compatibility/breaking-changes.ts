import {
  inlined,
  routesOf,
  type ApiDocument,
  type ApiMedia,
  type ApiParameter,
  type ApiResponse,
  type Route,
} from '../../src/platform/openapi/api-document.js';
import { schemaChanges, type Direction } from './schema-changes.js';

/**
 * Lists the changes that break a client of the released document: a removed or changed part, or a new requirement.
 * Additions, also of codes, enum values and events, are no breaking changes, because clients ignore unknown ones.
 */
export function breakingChanges(released: ApiDocument, present: ApiDocument): string[] {
  const [before, after] = [inlined(released), inlined(present)];
  const now = new Map(routesOf(after).map((route) => [nameOf(route), route]));
  return routesOf(before).flatMap((route) => {
    const found = now.get(nameOf(route));
    if (!found) return [`${nameOf(route)}: is gone`];
    return routeChanges(route, found, before, after).map((change) => `${nameOf(route)}: ${change}`);
  });
}

const nameOf = ({ method, path }: Route): string =>
  `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`;

function routeChanges(old: Route, now: Route, before: ApiDocument, after: ApiDocument): string[] {
  const [was, is] = [old.operation, now.operation];
  const media = (
    a: Record<string, ApiMedia> = {},
    b: Record<string, ApiMedia> = {},
    direction: Direction,
    at: string,
  ): string[] =>
    Object.entries(a).flatMap(([type, { schema }]) => {
      if (!b[type]) return [`${at}: ${type} is gone`];
      return schemaChanges(
        { schema: schema ?? {}, schemas: before.components.schemas },
        { schema: b[type].schema ?? {}, schemas: after.components.schemas },
        direction,
        at,
      );
    });
  return [
    // Client generators name their methods after the operationId.
    ...(was.operationId === is.operationId
      ? []
      : [`is called ${is.operationId} and no longer ${was.operationId}`]),
    ...(was.security?.length === 0 && is.security?.length !== 0 ? ['needs a token'] : []),
    ...parameterChanges(was.parameters ?? [], is.parameters ?? [], before, after),
    ...(!was.requestBody?.required && is.requestBody?.required ? ['needs a body'] : []),
    ...media(was.requestBody?.content, is.requestBody?.content, 'request', 'body'),
    ...Object.entries(was.responses)
      .filter(([status]) => Number(status) < 400)
      .flatMap(([status, response]) => {
        const answered = is.responses[status];
        if (!answered) return [`never answers ${status}`];
        return [
          ...headerChanges(response, answered, status),
          ...media(response.content, answered.content, 'answer', status),
        ];
      }),
  ];
}

function parameterChanges(
  old: ApiParameter[],
  now: ApiParameter[],
  before: ApiDocument,
  after: ApiDocument,
): string[] {
  // The name of a path parameter is not sent, so it may change.
  const sent = (list: ApiParameter[]) => list.filter((one) => one.in !== 'path');
  const key = (one: ApiParameter) => `${one.in} ${one.name}`;
  const [were, are] = [sent(old), sent(now)].map((list) => new Map(list.map((one) => [key(one), one])));
  return [
    ...[...were!.keys()].filter((name) => !are!.has(name)).map((name) => `${name}: is gone`),
    ...[...are!]
      .filter(([name, { required }]) => required && !were!.get(name)?.required)
      .map(([name]) => `${name}: is now required`),
    ...[...were!].flatMap(([name, { schema }]) => {
      const found = are!.get(name);
      const side = { schema, schemas: before.components.schemas };
      return found
        ? schemaChanges(side, { schema: found.schema, schemas: after.components.schemas }, 'request', name)
        : [];
    }),
  ];
}

const headerChanges = (old: ApiResponse, now: ApiResponse, status: string): string[] =>
  Object.entries(old.headers ?? {}).flatMap(([name, { required }]) => {
    const found = now.headers?.[name];
    if (!found) return [`${status}: the header ${name} is gone`];
    return required && !found.required ? [`${status}: the header ${name} is no longer always there`] : [];
  });
