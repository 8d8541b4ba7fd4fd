import { toOpenApi30, toSchema30 } from './openapi-30.js';

const REF = '#/components/schemas/UserDto';

it.each<[string, unknown, unknown]>([
  ['null among types', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
  [
    'null among types and values',
    { type: ['string', 'null'], enum: ['a', null] },
    { type: 'string', nullable: true, enum: ['a', null] },
  ],
  [
    'several types',
    { type: ['string', 'array'] },
    { anyOf: [{ type: 'string' }, { type: 'array', items: {} }] },
  ],
  ['null alone', { type: 'null' }, { nullable: true, enum: [null] }],
  ['a value', { type: 'string', const: 'Bearer' }, { type: 'string', enum: ['Bearer'] }],
  ['examples', { type: 'integer', examples: [3, 4] }, { type: 'integer', example: 3 }],
  ['no examples', { type: 'integer', examples: [] }, { type: 'integer' }],
  ['an exclusive bound', { exclusiveMinimum: 0 }, { minimum: 0, exclusiveMinimum: true }],
  ['two upper bounds', { maximum: 9, exclusiveMaximum: 5 }, { maximum: 5, exclusiveMaximum: true }],
  ['a narrower inclusive bound', { minimum: 5, exclusiveMinimum: 1 }, { minimum: 5 }],
  ['a reference', { $ref: REF }, { $ref: REF }],
  [
    'a reference with a description',
    { $ref: REF, description: 'The owner.' },
    { description: 'The owner.', allOf: [{ $ref: REF }] },
  ],
  [
    'a reference or null',
    { anyOf: [{ $ref: REF }, { type: 'null' }] },
    { nullable: true, allOf: [{ $ref: REF }] },
  ],
  [
    'one of several, or null',
    { oneOf: [{ type: 'string' }, { $ref: REF }, { type: 'null' }] },
    { nullable: true, oneOf: [{ type: 'string' }, { $ref: REF }] },
  ],
  ['an array of anything', { type: 'array' }, { type: 'array', items: {} }],
  ['a tuple', { type: 'array', prefixItems: [{ type: 'integer' }] }, { type: 'array', items: {} }],
  ['a boolean schema', { properties: { a: true, b: false } }, { properties: { a: {}, b: { not: {} } } }],
  ['closed objects', { additionalProperties: false }, { additionalProperties: false }],
  [
    'members by pattern',
    { patternProperties: { '^x-': {} }, additionalProperties: false },
    { additionalProperties: true },
  ],
  [
    'members of one kind',
    { additionalProperties: { type: ['integer', 'null'] } },
    { additionalProperties: { type: 'integer', nullable: true } },
  ],
  ['bytes', { type: 'string', contentEncoding: 'base64' }, { type: 'string', format: 'byte' }],
  ['what 3.0 does not know', { if: {}, else: {}, $id: 'x', unevaluatedProperties: false, $defs: {} }, {}],
  [
    'a member named like a keyword',
    { properties: { const: { type: 'string' }, type: { const: 'a' } } },
    { properties: { const: { type: 'string' }, type: { enum: ['a'] } } },
  ],
  [
    'an example that looks like a schema',
    { examples: [{ type: ['string', 'null'] }] },
    { example: { type: ['string', 'null'] } },
  ],
])('%s', (_, schema, expected) => {
  expect(toSchema30(schema)).toEqual(expected);
});

it('schemas are converted at every place, and no other values', () => {
  const schema = { type: ['string', 'null'] };
  const schema30 = { type: 'string', nullable: true };
  const content = (s: object) => ({ 'application/json': { schema: s, example: { schema } } });
  const document = (version: string, s: object, more: object) => ({
    openapi: version,
    info: { title: 'T', version: '1.0.0', license: { name: 'MIT' } },
    tags: [{ name: 'Room' }],
    paths: {
      '/room/{id}': {
        post: {
          tags: ['Room'],
          parameters: [{ name: 'id', in: 'path', schema: s }, { $ref: '#/components/parameters/Key' }],
          requestBody: { content: content(s) },
          responses: { 200: { headers: { ETag: { schema: s } }, content: content(s) } },
        },
      },
    },
    components: {
      schemas: { schema: s },
      parameters: { Key: { schema: s } },
      responses: { Problem: { content: content(s) } },
      examples: { a: { value: { schema } } },
    },
    ...more,
  });
  const given = document('3.1.0', schema, {
    jsonSchemaDialect: 'https://spec.openapis.org/oas/3.1/dialect/base',
    webhooks: { event: {} },
  });
  const before = JSON.stringify(given);
  expect(toOpenApi30(given as never)).toEqual(document('3.0.3', schema30, {}));
  expect(JSON.stringify(given)).toBe(before);
});
