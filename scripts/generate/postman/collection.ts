import {
  inlined,
  routesOf,
  type ApiDocument,
  type ApiOperation,
  type ApiParameter,
  type Route,
} from '../../../src/platform/openapi/api-document.js';
import { TAGS } from '../../../src/platform/openapi/build-openapi.js';
import { ADMIN_VARIABLES } from './admin-flow.js';
import {
  convert,
  stableId,
  type PostmanCollection,
  type PostmanField,
  type PostmanItem,
  type PostmanRequest,
} from './convert.js';
import { errorExamples } from './error-examples.js';
import { FLOW, LAST } from './flow.js';
import { eventsOf } from './scripts.js';
import type { Step } from './step.js';

const LAST_FOLDER = 'Clean up';
/** Streams that never end by themselves: a run of the collection would not end. */
export const ENDLESS = new Set(['followEvents']);
const BASE_URL = 'http://127.0.0.1:3000';

/** The base URL, and the variables that scripts pass from one request to later ones. */
const VARIABLES: Record<string, string> = {
  base_url: BASE_URL,
  mobile_number: '+919876543210',
  // Two passwords: signup sets the first, the reset sets the second.
  password: 'correct horse battery',
  new_password: 'staple battery horse',
  ...Object.fromEntries(
    [FLOW, LAST].flat().flatMap((step) => Object.keys(step.keeps ?? {}).map((name) => [name, ''])),
  ),
  ...ADMIN_VARIABLES,
};

/** Renders postman/collection.json: the document's requests in an order in which "Run collection" passes unchanged. */
export async function renderPostmanCollection(written: ApiDocument): Promise<string> {
  const document = inlined(written);
  const collection = await convert(document);
  const requests = requestsByOperation(collection, document);
  const seen = new Set<string>();
  const step = (known: Step): PostmanItem => finish(known, requests.get(known.operationId)!, seen);
  const exists = ({ operationId }: Step): boolean => requests.has(operationId);
  const folders = TAGS.map(([name]) => ({
    name,
    items: stepsOf(name, document).filter(exists).map(step),
  }));
  const item = [...folders, { name: LAST_FOLDER, items: LAST.filter(exists).map(step) }]
    .filter(({ items }) => items.length > 0)
    .map(({ name, items }) => ({ id: stableId(name), name, description: describe(name), item: items }));
  return `${JSON.stringify(
    {
      info: { ...collection.info, _postman_id: stableId(collection.info.name) },
      auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{access_token}}', type: 'string' }] },
      variable: Object.entries(VARIABLES).map(([key, value]) => ({ key, value })),
      item,
    },
    null,
    2,
  )}\n`;
}

/**
 * Renders postman/environment.json. The collection does not need it; a copy of it can hold the address of another
 * deployment.
 */
export function renderPostmanEnvironment(): string {
  const name = 'Chat backend, this machine';
  return `${JSON.stringify(
    {
      id: stableId(name),
      name,
      values: [{ key: 'base_url', value: BASE_URL, type: 'default', enabled: true }],
      _postman_variable_scope: 'environment',
    },
    null,
    2,
  )}\n`;
}

const describe = (folder: string): string =>
  TAGS.find(([name]) => name === folder)?.[1] ?? 'Requests that delete data or end sessions. They run last.';

/** The steps of a folder: those of the run, in order, then the routes that the run does not call. */
function stepsOf(tag: string, document: ApiDocument): Step[] {
  const ids = routesOf(document)
    .filter(({ operation }) => operation.tags?.includes(tag))
    .map(({ operation }) => operation.operationId);
  const named = FLOW.filter(({ operationId }) => ids.includes(operationId));
  const known = new Set([...FLOW, ...LAST].map(({ operationId }) => operationId));
  return [
    ...named,
    ...ids.filter((id) => !known.has(id) && !ENDLESS.has(id)).map((operationId) => ({ operationId })),
  ];
}

interface Converted {
  item: PostmanItem & { request: PostmanRequest };
  route: Route;
}

/** The converter drops operationIds: method and path identify the operation. */
function requestsByOperation(collection: PostmanCollection, document: ApiDocument): Map<string, Converted> {
  const routes = new Map(routesOf(document).map((route) => [`${route.method} ${route.path}`, route]));
  const found = new Map<string, Converted>();
  const visit = (item: PostmanItem): void => {
    item.item?.forEach(visit);
    if (!item.request) return;
    const path = item.request.url.path.map((part) => part.replace(/^:(.*)/, '{$1}')).join('/');
    const route = routes.get(`${item.request.method.toLowerCase()} /${path}`);
    if (!route) throw new Error(`Postman: no operation behind ${item.request.method} /${path}`);
    found.set(route.operation.operationId, { item: { ...item, request: item.request }, route });
  };
  collection.item.forEach(visit);
  return found;
}

function finish(step: Step, { item, route: { operation } }: Converted, seen: Set<string>): PostmanItem {
  const successes = Object.keys(operation.responses).filter((code) => code.startsWith('2'));
  const status = step.status ?? Number(successes.includes('202') ? '202' : successes[0]);
  const hasBody = operation.responses[status]?.content?.['application/json'] !== undefined;
  // A request for a response that is not JSON names its media type in `Accept`.
  const [accept = 'application/json'] = Object.keys(operation.responses[status]?.content ?? {});
  const request = prepare(
    step,
    item.request,
    operation,
    accept.endsWith('json') ? 'application/json' : accept,
  );
  return {
    id: stableId(step.operationId),
    name: item.name,
    request,
    response: [
      ...(item.response ?? [])
        .filter(({ code }) => code < 300)
        .map((response) => ({
          ...response,
          id: stableId(`${step.operationId} ${response.code}`),
          originalRequest: request,
          header: response.header.filter(({ value }) => value !== ''),
        })),
      ...errorExamples(operation, request, seen),
    ],
    event: eventsOf(step, status, hasBody),
  };
}

/** Fills in the step's values. Open routes send no token; others inherit the collection's. */
function prepare(
  step: Step,
  request: PostmanRequest,
  { security, parameters = [] }: ApiOperation,
  accept: string,
): PostmanRequest {
  const { auth: _, url, header, body, description, ...rest } = request;
  const isOpen = security!.length === 0;
  const set = (field: PostmanField, values: Record<string, string> = {}, isFixed = false): PostmanField => ({
    ...field,
    value: values[field.key] ?? (isFixed ? field.value : unset(field.key, parameters)),
    disabled: !isFixed && values[field.key] === undefined,
  });
  return {
    ...rest,
    ...(Object.keys(description ?? {}).length > 0 && { description }),
    ...(isOpen && { auth: { type: 'noauth' } }),
    header: [
      ...header
        .filter(({ key }) => key !== 'Accept')
        .map((h) => set(h, step.headers, h.key === 'Content-Type')),
      { key: 'Accept', value: accept },
    ],
    url: {
      ...url,
      host: ['{{base_url}}'],
      query: url.query.map((q) => set(q, step.query)),
      variable: url.variable.map((v) => set(v, step.path, true)),
    },
    ...(body?.mode && { body: { ...body, raw: step.body ? JSON.stringify(step.body, null, 2) : body.raw } }),
  };
}

/** Value of a disabled field. The converter would generate a random one each time. */
function unset(key: string, parameters: ApiParameter[]): string {
  const { schema, example } = parameters.find(({ name }) => name === key) ?? {};
  const shown = example ?? schema?.default ?? schema?.enum?.[0];
  return typeof shown === 'string' || typeof shown === 'number' ? `${shown}` : '';
}
