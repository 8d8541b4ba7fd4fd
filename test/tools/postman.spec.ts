import { readFileSync } from 'node:fs';
import { ENDLESS } from '../../scripts/generate/postman/collection.js';
import { inlined, routesOf, type ApiDocument } from '../../src/platform/openapi/api-document.js';

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const document = read('openapi.json') as ApiDocument;
interface Request {
  id: string;
  name: string;
  event: object[];
  request: { method: string };
  response: { code: number; body: string }[];
}
const collection = read('postman/collection.json') as {
  variable: { key: string; value: string }[];
  item: { name: string; item: Request[] }[];
};
const requests = collection.item.flatMap(({ item }) => item);

it('the collection has every operation that ends, once', () => {
  const summaries = ending(document).map(({ summary }) => summary!);
  expect(requests.map(({ name }) => name).toSorted()).toEqual(summaries.toSorted());
});

it('its folders are the tags in their order, and what takes something away comes last', () => {
  const tags = document.tags.map(({ name }) => name);
  expect(collection.item.map(({ name }) => name)).toEqual([...tags, 'Clean up']);
});

it('every request is checked by a script', () => {
  expect(requests.filter(({ event }) => event.length === 0)).toEqual([]);
});

it('it works dragged in alone: its own variables say where the product is, and hold what the requests name', () => {
  const own = new Map(collection.variable.map(({ key, value }) => [key, value]));
  expect(own.get('base_url')).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const text = JSON.stringify(collection);
  const kept = [...text.matchAll(/collectionVariables\.set\('(\w+)'/g)].map(([, name]) => name!);
  const named = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!);
  expect(named.filter((name) => !own.has(name) && !kept.includes(name))).toEqual([]);
});

it('every error code that the document shows is saved as the example of a request that can be answered so', () => {
  const saved = new Map(
    requests.map(({ name, response }) => [name, response.map(({ body }) => codeOf(body))]),
  );
  for (const { summary, responses } of ending(inlined(document))) {
    const codes = Object.values(responses).flatMap(({ content = {} }) =>
      Object.keys(content['application/problem+json']?.examples ?? {}),
    );
    const strange = saved.get(summary!)!.filter((code) => code !== undefined && !codes.includes(code));
    expect([summary, strange]).toEqual([summary, []]);
  }
  const shown = new Set([...saved.values()].flat());
  expect(Object.keys(document.components.examples).filter((code) => !shown.has(code))).toEqual([]);
});

/** The operations of a document, without the streams that never end. */
const ending = (all: ApiDocument) =>
  routesOf(all)
    .map(({ operation }) => operation)
    .filter(({ operationId }) => !ENDLESS.has(operationId));

/** The code of an error; undefined for any other body. */
const codeOf = (body: string): string | undefined =>
  /"type": "[^"]*\/docs\/errors#/.test(body) ? (JSON.parse(body) as { code: string }).code : undefined;
