import { Validator } from '@seriousme/openapi-schema-validator';
import { readFileSync } from 'node:fs';
import { toOpenApi30 } from './openapi-30.js';
import { makeReadyToSend } from './ready-to-send.js';

interface Media {
  example?: Record<string, unknown>;
}
interface Operation {
  parameters?: { $ref?: string; required?: boolean; example?: unknown; schema?: { example?: unknown } }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { $ref?: string; content?: Record<string, Media> }>;
}

const rendering = toOpenApi30(JSON.parse(readFileSync('openapi.json', 'utf8')));
makeReadyToSend(rendering);
const operations = Object.entries(rendering['paths'] as Record<string, Record<string, Operation>>).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

it('the rendering is valid OpenAPI 3.0', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(rendering));
  expect([valid, errors]).toEqual([true, undefined]);
});

it('Swagger UI requests JSON from every operation that produces it', () => {
  // Swagger UI's Accept is the first media type of the first success that has one.
  for (const { name, operation } of operations) {
    const types = Object.entries(operation.responses)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([, { content }]) => (content ? [Object.keys(content)] : []));
    const first = types[0]?.[0] ?? 'application/json';
    expect([name, types.flat().includes('application/json') ? first : 'application/json']).toEqual([
      name,
      'application/json',
    ]);
  }
});

it('the values that Swagger UI fills in refer to no object that must exist', () => {
  for (const { name, operation } of operations) {
    const optional = (operation.parameters ?? []).filter(({ required, $ref }) => !required && !$ref);
    expect([
      name,
      optional.filter((p) => p.example !== undefined || p.schema?.example !== undefined),
    ]).toEqual([name, []]);
    const filledIn = Object.values(operation.requestBody?.content ?? {}).flatMap(({ example }) =>
      Object.keys(example ?? {}),
    );
    expect([name, filledIn.filter((member) => /_url$|^challenge_id$|^price_id$/.test(member))]).toEqual([
      name,
      [],
    ]);
  }
});
