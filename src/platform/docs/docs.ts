import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { dump } from 'js-yaml';
import { buildOpenApi } from '../openapi/build-openapi.js';
import type { ApiDocument } from '../openapi/api-document.js';
import { KeptBytes } from '../pages/kept-bytes.js';
import { serve, type Resource } from '../pages/resource.js';
import { toOpenApi30 } from './openapi-30.js';
import { makeReadyToSend } from './ready-to-send.js';
import { scalarResources } from './scalar.js';
import { swaggerResources } from './swagger.js';

/** Swagger UI at /docs, Scalar at /scalar, the document at /docs-json and /docs-yaml. None of them is built at start. */
export function setupDocs(app: NestFastifyApplication): void {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  const resources = {
    ...documentResources(() => buildOpenApi(app)),
    ...swaggerResources(),
    ...scalarResources(),
  };
  for (const [path, resource] of Object.entries(resources)) serve(server, path, resource);
}

/**
 * The OpenAPI document in its forms.
 * @param build builds it; called once, at the first request for any form
 */
export function documentResources(build: () => ApiDocument): Record<string, Resource> {
  let built: ApiDocument | undefined;
  const document = (): ApiDocument => (built ??= build());
  const json = 'application/json; charset=utf-8';
  return {
    '/docs-json': { type: json, bytes: new KeptBytes(() => JSON.stringify(document())) },
    '/docs-yaml': {
      type: 'text/yaml; charset=utf-8',
      bytes: new KeptBytes(() => dump(document(), { noRefs: true })),
    },
    '/docs/openapi-3.0.json': {
      type: json,
      bytes: new KeptBytes(() => {
        const rendering = toOpenApi30(document());
        makeReadyToSend(rendering);
        return JSON.stringify(rendering);
      }),
    },
  };
}
