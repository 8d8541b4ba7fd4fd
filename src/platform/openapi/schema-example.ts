import { resolve, type Schema, type Schemas } from './schema.js';

const BY_FORMAT: Record<string, string> = {
  uuid: '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f',
  'date-time': '2026-11-20T09:00:00.000Z',
};

/**
 * Builds the example of a schema from those of its properties, so that no body is described twice. Undefined for a text
 * or number without its own example: the document's checker reports it.
 */
export function exampleOf(schema: Schema, schemas: Schemas): unknown {
  const own = schema.examples?.[0];
  if (own !== undefined) return own;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.$ref !== undefined) return exampleOf(resolve(schema, schemas), schemas);
  const [alternative] = schema.allOf ?? schema.anyOf ?? schema.oneOf ?? [];
  if (alternative) return exampleOf(alternative, schemas);
  const types = [schema.type].flat();
  if (schema.properties) return objectExample(schema.properties, schemas);
  if (schema.items) return [exampleOf(schema.items, schemas)];
  if (types.includes('boolean')) return false;
  return schema.format === undefined ? undefined : BY_FORMAT[schema.format];
}

function objectExample(properties: Schemas, schemas: Schemas): object {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, exampleOf(property, schemas)]),
  );
}
