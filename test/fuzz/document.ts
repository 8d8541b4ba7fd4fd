import { readFileSync } from 'node:fs';
import { routesOf, type ApiDocument, type Method } from '../../src/platform/openapi/api-document.js';
import { SchemaBook } from '../support/openapi-schemas.js';

/** A JSON Schema with the keywords that values are made from. */
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
  required: boolean;
  schema: ValueSchema;
}

interface Header {
  required?: boolean;
  schema?: ValueSchema;
}

/** What one status of an operation is described as. */
export interface Described {
  /** By lower-case name. */
  headers: Map<string, Header>;
  content: Record<string, { schema?: ValueSchema }>;
}

/** One operation of the document, without references. */
export interface Operation {
  id: string;
  method: string;
  /** With `{name}` where a parameter goes. */
  path: string;
  tag: string;
  isOpen: boolean;
  parameters: Parameter[];
  /** Null where the document describes no body. */
  body: { required: boolean; schema: ValueSchema } | null;
  responses: Map<string, Described>;
  /** Has it an answer that is an event stream? */
  streams: boolean;
}

type Node = Record<string, unknown>;

/** The committed OpenAPI document, as values and checks need it. */
export class Document {
  readonly operations: Operation[];
  readonly book: SchemaBook;
  private readonly root: ApiDocument;

  constructor(path = 'openapi.json') {
    this.root = JSON.parse(readFileSync(path, 'utf8')) as ApiDocument;
    this.book = new SchemaBook(this.root.components.schemas);
    this.operations = routesOf(this.root).map(({ path, method, operation }) =>
      this.operation(path, method, operation as unknown as Node),
    );
  }

  /** @throws Error when the document has no such operation */
  of(id: string): Operation {
    const found = this.operations.find((operation) => operation.id === id);
    if (!found) throw new Error(`openapi.json has no operation ${id}`);
    return found;
  }

  /** What stands behind references (RFC 6901 pointers into the document), however many follow each other. */
  resolve<T extends object>(node: T | { $ref: string }): T {
    let at: unknown = node;
    while (typeof (at as { $ref?: unknown }).$ref === 'string')
      at = this.pointer((at as { $ref: string }).$ref);
    return at as T;
  }

  private pointer(ref: string): unknown {
    const steps = ref.replace(/^#\//, '').split('/');
    const found = steps.reduce<unknown>(
      (at, step) => (at as Node | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
      this.root,
    );
    if (found === undefined) throw new Error(`openapi.json has nothing under ${ref}`);
    return found;
  }

  private operation(path: string, method: Method, node: Node): Operation {
    const responses = new Map(
      Object.entries(node['responses'] as Record<string, Node>).map(([status, response]) => [
        status,
        this.described(this.resolve(response)),
      ]),
    );
    return {
      id: node['operationId'] as string,
      method: method.toUpperCase(),
      path,
      tag: (node['tags'] as string[] | undefined)?.[0] ?? '',
      isOpen: (node['security'] as unknown[] | undefined)?.length === 0,
      parameters: ((node['parameters'] ?? []) as Node[]).map((one) => this.parameter(this.resolve(one))),
      body: this.body(node['requestBody'] as Node | undefined),
      responses,
      streams: [...responses.values()].some(({ content }) => 'text/event-stream' in content),
    };
  }

  private parameter(node: Node): Parameter {
    return {
      name: node['name'] as string,
      in: node['in'] as Parameter['in'],
      required: node['required'] === true,
      schema: this.resolve(node['schema'] as ValueSchema),
    };
  }

  private body(node: Node | undefined): Operation['body'] {
    if (!node) return null;
    const { required, content } = this.resolve(node) as { required?: boolean; content: Described['content'] };
    const schema = content['application/json']?.schema;
    return schema ? { required: required === true, schema: this.resolve(schema) } : null;
  }

  private described(response: Node): Described {
    const headers = (response['headers'] ?? {}) as Record<string, Header>;
    return {
      headers: new Map(
        Object.entries(headers).map(([name, header]) => [name.toLowerCase(), this.resolve(header)]),
      ),
      content: (response['content'] ?? {}) as Described['content'],
    };
  }
}
