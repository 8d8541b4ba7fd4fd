import { readFileSync } from 'node:fs';
import { routesOf, type ApiDocument } from '../../src/platform/openapi/api-document.js';
import { MATRIX } from '../support/matrix-calls.js';
import { declaredRoutes } from './routes.js';

const described = routesOf(JSON.parse(readFileSync('openapi.json', 'utf8')) as ApiDocument);

/** Pages and probes without an owner: not in OpenAPI, never behind a sign-in. */
const PAGES: string[] = [
  // Behind a token of its own; without it there is no such path (test/e2e/metrics.e2e.ts).
  'GET /metrics',
];

it('every route of every controller is in the authorisation matrix, aliases included', async () => {
  const tested = described.flatMap(({ method, path, operation: { operationId } }) =>
    [path, ...(MATRIX[operationId]?.aliases ?? [])].map((at) => `${method.toUpperCase()} ${at}`),
  );
  const declared = (await declaredRoutes()).map(({ method, path }) => `${method} ${path}`);
  expect(declared.length).toBeGreaterThan(20);
  expect(declared.filter((route) => !tested.includes(route) && !PAGES.includes(route))).toEqual([]);
});

it('the authorisation matrix names no route that is gone', () => {
  const ids = described.map(({ operation }) => operation.operationId);
  expect(Object.keys(MATRIX).filter((id) => !ids.includes(id))).toEqual([]);
});
