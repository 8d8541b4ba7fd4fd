import type { ApiDocument } from '../openapi/api-document.js';

/** A part of a JSON document. */
type Json = Record<string, unknown>;

/**
 * Renders an OpenAPI 3.1 document as OpenAPI 3.0.3, for tools without 3.1 and for Swagger UI, which resolves 3.0 in about
 * half the time (docs/adr/0018). Features without an equivalent (webhooks, `if`, `patternProperties`) are left out, so
 * that the rendering allows at least what the document allows. The document is not changed.
 */
export function toOpenApi30(document: ApiDocument): Json {
  const { webhooks: _webhooks, jsonSchemaDialect: _dialect, info, ...rest } = document as ApiDocument & Json;
  return { ...convertMembers(rest), openapi: '3.0.3', info: toInfo30(info) };
}

function toInfo30({ summary: _summary, license, ...info }: Json): Json {
  if (!isObject(license)) return info;
  const { identifier: _identifier, ...known } = license;
  return { ...info, license: known };
}

/** Values of the API (examples, defaults), which are never converted, even if they look like schemas. */
const VALUES = new Set(['example', 'examples', 'value', 'default']);
/** Parts of `components` that do not exist in 3.0. */
const NEW_PARTS = new Set(['pathItems']);

function convertMembers(part: Json): Json {
  const known = Object.entries(part).filter(([key]) => !NEW_PARTS.has(key));
  return Object.fromEntries(known.map(([key, value]) => [key, convertMember(key, value)]));
}

function convertMember(key: string, value: unknown): unknown {
  if (VALUES.has(key)) return value;
  if (key === 'schema') return toSchema30(value);
  if (key === 'schemas') return mapValues(value as Json, toSchema30);
  if (Array.isArray(value)) return value.map((item) => (isObject(item) ? convertMembers(item) : item));
  return isObject(value) ? convertMembers(value) : value;
}

/** Keywords of JSON Schema that 3.0.3 has as they are. All others are converted below, or left out. */
const KEPT = new Set(
  (
    'title description format default enum required readOnly writeOnly deprecated minimum maximum multipleOf ' +
    'minLength maxLength pattern uniqueItems minItems maxItems minProperties maxProperties discriminator externalDocs xml'
  ).split(' '),
);
const LISTS_OF_SCHEMAS = ['allOf', 'anyOf', 'oneOf'] as const;

/** Converts a schema of JSON Schema 2020-12 to OpenAPI 3.0.3 (its "Schema Object"). */
export function toSchema30(schema: unknown): Json {
  // A schema may be a boolean: true allows everything, false nothing.
  if (!isObject(schema)) return schema === false ? { not: {} } : {};
  const converted: Json = Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => KEPT.has(keyword) || keyword.startsWith('x-')),
  );
  convertParts(schema, converted);
  convertValues(schema, converted);
  convertBounds(schema, converted);
  convertType(schema, converted);
  return convertReference(schema, converted);
}

function convertParts(schema: Json, converted: Json): void {
  if (isObject(schema['properties'])) converted['properties'] = mapValues(schema['properties'], toSchema30);
  if (schema['items'] !== undefined) converted['items'] = toSchema30(schema['items']);
  if (schema['not'] !== undefined) converted['not'] = toSchema30(schema['not']);
  const others = schema['additionalProperties'];
  // 3.0 has no patterns for member names: additional members are allowed instead.
  if (schema['patternProperties'] !== undefined) converted['additionalProperties'] = true;
  else if (others !== undefined)
    converted['additionalProperties'] = isObject(others) ? toSchema30(others) : others;
  for (const keyword of LISTS_OF_SCHEMAS) {
    if (!Array.isArray(schema[keyword])) continue;
    const parts = schema[keyword] as unknown[];
    const real = parts.filter((part) => !isNull(part));
    if (real.length < parts.length) converted['nullable'] = true;
    // 3.0 writes "this, or null" as `nullable` beside one alternative.
    const name = real.length === 1 && real.length < parts.length ? 'allOf' : keyword;
    if (real.length > 0) converted[name] = real.map(toSchema30);
  }
}

/** `const` becomes an `enum` with one value; of several examples the first is kept. */
function convertValues(schema: Json, converted: Json): void {
  if ('const' in schema) converted['enum'] = [schema['const']];
  if (Array.isArray(schema['examples']) && schema['examples'].length > 0)
    converted['example'] = (schema['examples'] as unknown[])[0];
  if (schema['contentEncoding'] === 'base64') converted['format'] = 'byte';
}

/** In 3.0 an exclusive bound is a flag beside the bound. */
function convertBounds(schema: Json, converted: Json): void {
  const { exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  if (typeof above === 'number' && !(Number(schema['minimum']) > above))
    Object.assign(converted, { minimum: above, exclusiveMinimum: true });
  if (typeof below === 'number' && !(Number(schema['maximum']) < below))
    Object.assign(converted, { maximum: below, exclusiveMaximum: true });
}

/** A type is one name in 3.0, and null is a flag. */
function convertType(schema: Json, converted: Json): void {
  const types = [schema['type'] ?? []].flat() as string[];
  const real = types.filter((type) => type !== 'null');
  if (real.length < types.length) converted['nullable'] = true;
  if (real.length === 1) converted['type'] = real[0];
  if (real.length === 0 && types.length > 0) converted['enum'] = [null];
  if (real.length > 1) converted['anyOf'] = real.map((type) => withItems({ type }, type));
  withItems(converted, converted['type']);
}

/** 3.0 requires `items` for every array. */
function withItems(schema: Json, type: unknown): Json {
  if (type === 'array') schema['items'] ??= {};
  return schema;
}

/** 3.0 ignores the members beside a `$ref`. */
function convertReference({ $ref }: Json, converted: Json): Json {
  if ($ref === undefined) return converted;
  return Object.keys(converted).length === 0 ? { $ref } : { ...converted, allOf: [{ $ref }] };
}

const isNull = (schema: unknown): boolean =>
  isObject(schema) && (schema['type'] === 'null' || ('const' in schema && schema['const'] === null));

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapValues = (members: Json, convert: (value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, convert(value)]));
