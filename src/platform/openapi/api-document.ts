import type { OpenAPIObject } from '@nestjs/swagger';
import type { Schema, Schemas } from './schema.js';

/** The parts of an OpenAPI 3.1 document that this product's document has. */
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
  description: string;
  headers?: Record<string, ApiHeader>;
  content?: Record<string, ApiMedia>;
}

export interface ApiMedia {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { $ref?: string; value?: unknown }>;
}

/** An operation with where it stands. */
export interface Route {
  path: string;
  method: Method;
  operation: ApiOperation;
}

/** All operations of a document, in its order. */
export function routesOf(document: Pick<ApiDocument, 'paths'>): Route[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    (Object.entries(methods) as [Method, ApiOperation][]).map(([method, operation]) => ({
      path,
      method,
      operation,
    })),
  );
}

/** All places of the routes where a body of that kind is described. */
export const requestMedia = (routes: Route[]): ApiMedia[] =>
  routes.flatMap(({ operation }) => Object.values(operation.requestBody?.content ?? {}));
export const responseMedia = (routes: Route[]): ApiMedia[] =>
  routes.flatMap(({ operation }) =>
    Object.values(operation.responses).flatMap(({ content }) => Object.values(content ?? {})),
  );
