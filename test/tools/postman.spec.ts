import { readFileSync } from 'node:fs';
import { routesOf, type ApiDocument } from '../../src/platform/openapi/api-document.js';

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const document = read('openapi.json') as ApiDocument;
const collection = read('postman/collection.json') as {
  item: {
    name: string;
    item: { id: string; name: string; event: object[]; request: { method: string } }[];
  }[];
};
const requests = collection.item.flatMap(({ item }) => item);

it('the collection has every operation, once', () => {
  const summaries = routesOf(document).map(({ operation }) => operation.summary!);
  expect(requests.map(({ name }) => name).toSorted()).toEqual(summaries.toSorted());
});

it('its folders are the tags in their order, and what takes something away comes last', () => {
  const tags = document.tags.map(({ name }) => name);
  expect(collection.item.map(({ name }) => name)).toEqual([...tags, 'Clean up']);
});

it('every request is checked by a script', () => {
  expect(requests.filter(({ event }) => event.length === 0)).toEqual([]);
});
