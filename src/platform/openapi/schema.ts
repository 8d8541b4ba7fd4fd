import type { OpenAPIObject } from '@nestjs/swagger';

/** A JSON Schema of the document, before and after {@link modernise}. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  nullable?: boolean;
  enum?: unknown[];
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  title?: string;
  discriminator?: { propertyName: string; mapping: Record<string, string> };
}

/** Schemas by name. */
export type Schemas = Record<string, Schema>;

/**
 * Converts a schema that @nestjs/swagger wrote for 3.0 to JSON Schema 2020-12, which OpenAPI 3.1 uses: `nullable` becomes
 * a type or an alternative, `example` becomes `examples`. Changes the schema and its parts in place. @nestjs/swagger
 * keeps `nullable` intentionally (https://github.com/nestjs/swagger/issues/3367); remove this function when it writes 3.1
 * schemas.
 */
export function modernise(schema: Schema): void {
  if (schema.example !== undefined) schema.examples = [schema.example];
  delete schema.example;
  const { nullable } = schema;
  delete schema.nullable;
  if (nullable) allowNull(schema);
  for (const part of partsOf(schema)) modernise(part);
}

function allowNull(schema: Schema): void {
  if (schema.$ref !== undefined) {
    schema.anyOf = [{ $ref: schema.$ref }, { type: 'null' }];
    delete schema.$ref;
  } else if (schema.allOf) {
    // Nest's form of a reference with a description.
    schema.anyOf = [...schema.allOf, { type: 'null' }];
    delete schema.allOf;
    delete schema.type;
  } else if (schema.type !== undefined) {
    schema.type = [...new Set([schema.type, 'null'].flat())];
    if (schema.enum && !schema.enum.includes(null)) schema.enum = [...schema.enum, null];
  }
}

/** The schemas directly inside a schema. */
export function partsOf(schema: Schema): Schema[] {
  return [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
  ];
}

/** Resolves a reference to a schema. */
export function resolve(schema: Schema, schemas: Schemas): Schema {
  if (schema.$ref === undefined) return schema;
  const found = schemas[nameOf(schema.$ref)];
  if (!found) throw new Error(`OpenAPI: nothing under ${schema.$ref}`);
  return found;
}

const nameOf = (ref: string): string => ref.replace('#/components/schemas/', '');

/** The names of all schemas that these schemas refer to, directly or indirectly. */
export function reachable(from: Schema[], schemas: Schemas): Set<string> {
  const names = new Set<string>();
  const visit = (schema: Schema): void => {
    if (schema.$ref !== undefined && !names.has(nameOf(schema.$ref))) {
      names.add(nameOf(schema.$ref));
      visit(resolve(schema, schemas));
    }
    for (const part of partsOf(schema)) visit(part);
  };
  for (const schema of from) visit(schema);
  return names;
}

/** `components.schemas`, which are all schemas in the finished document. */
export const schemasOf = (document: OpenAPIObject): Schemas =>
  (document.components?.schemas ?? {}) as unknown as Schemas;
