import type { OpenAPIObject } from '@nestjs/swagger';
import type { Schema, Schemas } from './schema.js';

/** The parts of an OpenAPI 3.1 document that this API's document has. */
export interface ApiDocument {
  openapi: string;
  info: { title: string; description?: string; version: string };
  servers?: { url: string }[];
  tags: { name: string; description?: string }[];
  paths: Record<string, Partial<Record<Method, ApiOperation>>>;
  components: {
    schemas: Schemas;
    examples: Record<string, { summary?: string; value: unknown }>;
    headers: Record<string, ApiHeader>;
    parameters?: Record<string, ApiParameter>;
    responses?: Record<string, ApiResponse>;
    securitySchemes?: NonNullable<OpenAPIObject['components']>['securitySchemes'];
  };
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface ApiOperation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: ApiParameter[];
  requestBody?: { required?: boolean; content: Record<string, ApiMedia> };
  responses: Record<string, ApiResponse>;
}

export interface ApiParameter {
  $ref?: string;
  name: string;
  in: 'path' | 'query' | 'header';
  description?: string;
  required?: boolean;
  example?: unknown;
  schema: Schema;
}

export interface ApiHeader {
  $ref?: string;
  description?: string;
  required?: boolean;
  schema?: Schema;
}

export interface ApiResponse {
  $ref?: string;
  description: string;
  headers?: Record<string, ApiHeader>;
  content?: Record<string, ApiMedia>;
}

export interface ApiMedia {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { $ref?: string; value?: unknown }>;
}

/** An operation and its place in the document. */
export interface Route {
  path: string;
  method: Method;
  operation: ApiOperation;
}

/**
 * Copies the document with all references of operations resolved: responses, headers, parameters and examples. References
 * to schemas stay.
 * @throws Error for a reference without a target
 */
export function inlined(document: ApiDocument): ApiDocument {
  const components = document.components as unknown as Record<string, Record<string, unknown>>;
  const visit = (part: unknown): unknown => {
    if (part === null || typeof part !== 'object') return part;
    if (Array.isArray(part)) return part.map(visit);
    const { $ref } = part as { $ref?: string };
    const [, section, name] = /^#\/components\/(\w+)\/(.+)$/.exec($ref ?? '') ?? [];
    if (section === undefined || section === 'schemas')
      return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, visit(value)]));
    const found = components[section]?.[name!];
    if (!found) throw new Error(`OpenAPI: nothing under ${$ref}`);
    return visit(found);
  };
  return { ...document, paths: visit(document.paths) as ApiDocument['paths'] };
}

/** All operations of a document, in order. */
export function routesOf(document: Pick<ApiDocument, 'paths'>): Route[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    (Object.entries(methods) as [Method, ApiOperation][]).map(([method, operation]) => ({
      path,
      method,
      operation,
    })),
  );
}

/** All media types of the routes' bodies of that kind. */
export const requestMedia = (routes: Route[]): ApiMedia[] =>
  routes.flatMap(({ operation }) => Object.values(operation.requestBody?.content ?? {}));
export const responseMedia = (routes: Route[]): ApiMedia[] =>
  routes.flatMap(({ operation }) =>
    Object.values(operation.responses).flatMap(({ content }) => Object.values(content ?? {})),
  );
