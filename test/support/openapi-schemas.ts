import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { ApiDocument } from '../../src/platform/openapi/api-document.js';
import type { Schema } from '../../src/platform/openapi/schema.js';

const addFormats = formats as unknown as (ajv: Ajv2020) => void;

/** A validator of JSON Schema 2020-12 with formats. Strict: an unknown keyword (`nullable`, `example`) is an error. */
export function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
  addFormats(ajv);
  // Ajv supports this keyword of OpenAPI 3.0, which 3.1 does not have.
  ajv.removeKeyword('nullable');
  // A keyword of OpenAPI beside `oneOf`, for client generators; it does not affect validation.
  ajv.addVocabulary(['discriminator']);
  return ajv;
}

/** Validates values against schemas of a document, which may reference `#/components/schemas/…`. */
export class SchemaBook {
  private readonly ajv = newAjv();
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(schemas: Record<string, Schema>) {
    for (const [name, schema] of Object.entries(schemas)) this.ajv.addSchema(local(schema), name);
  }

  /** The fault of a named schema itself; null without one. */
  dialectFault(name: string): string | null {
    try {
      this.ajv.getSchema(name);
      return null;
    } catch (error) {
      return `${name}: ${(error as Error).message}`;
    }
  }

  /** The fault of the value, in one line; null without one. */
  faultOf(schema: Schema, value: unknown): string | null {
    const key = JSON.stringify(schema);
    const validate = this.compiled.get(key) ?? this.ajv.compile(local(schema));
    this.compiled.set(key, validate);
    if (validate(value)) return null;
    const [error] = validate.errors!;
    return `${error!.instancePath || 'the body'} ${error!.message} ${JSON.stringify(error!.params)}`;
  }
}

/** The schema with its references renamed to schemas of the book. */
function local(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"')) as Schema;
}

/**
 * A copy whose objects allow no undescribed properties, because the product's own responses must be described completely.
 */
export function closed(schemas: ApiDocument['components']['schemas']): ApiDocument['components']['schemas'] {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      schema.properties ? { additionalProperties: false, ...schema } : schema,
    ]),
  );
}
