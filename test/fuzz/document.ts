import { readFileSync } from 'node:fs';
import {
  inlined,
  routesOf,
  type ApiDocument,
  type ApiHeader,
  type Route,
} from '../../src/platform/openapi/api-document.js';
import { resolve, type Schemas } from '../../src/platform/openapi/schema.js';
import { SchemaBook } from '../support/openapi-schemas.js';

/** A JSON Schema with the keywords from which values are generated. */
export interface ValueSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, ValueSchema>;
  required?: string[];
  items?: ValueSchema;
  additionalProperties?: boolean | ValueSchema;
  anyOf?: ValueSchema[];
  oneOf?: ValueSchema[];
  allOf?: ValueSchema[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: ValueSchema;
}

/** One operation of the document, with all references resolved except those between schemas. */
export interface Operation {
  id: string;
  method: string;
  /** With `{name}` at the place of a parameter. */
  path: string;
  tag: string;
  isOpen: boolean;
  parameters: Parameter[];
  /** Null if the document describes no body. */
  body: { schema: ValueSchema } | null;
  /** By status and lower-case name. */
  headers: Map<string, Map<string, ApiHeader>>;
}

/** The committed OpenAPI document, in the form that values and checks need. */
export class Document {
  readonly operations: Operation[];
  readonly book: SchemaBook;
  private readonly schemas: Schemas;

  constructor(path = 'openapi.json') {
    const document = inlined(JSON.parse(readFileSync(path, 'utf8')) as ApiDocument);
    this.schemas = document.components.schemas;
    this.book = new SchemaBook(this.schemas);
    this.operations = routesOf(document).map((route) => this.operation(route));
  }

  /** @throws Error when the document has no such operation */
  of(id: string): Operation {
    const found = this.operations.find((operation) => operation.id === id);
    if (!found) throw new Error(`openapi.json has no operation ${id}`);
    return found;
  }

  /** Resolves references to a schema, however many follow each other. */
  resolve(schema: ValueSchema): ValueSchema {
    return schema.$ref === undefined ? schema : this.resolve(resolve(schema, this.schemas));
  }

  private operation({ path, method, operation }: Route): Operation {
    const { requestBody } = operation;
    const taken = requestBody?.content['application/json']?.schema;
    const answers = Object.entries(operation.responses);
    return {
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      tag: operation.tags?.[0] ?? '',
      isOpen: operation.security?.length === 0,
      parameters: (operation.parameters ?? []).map(({ name, in: place, required, schema }) => ({
        name,
        in: place,
        ...(required && { required }),
        schema: this.resolve(schema),
      })),
      body: taken ? { schema: this.resolve(taken) } : null,
      headers: new Map(answers.map(([status, { headers = {} }]) => [status, lowered(headers)])),
    };
  }
}

const lowered = (headers: Record<string, ApiHeader>): Map<string, ApiHeader> =>
  new Map(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header]));
