import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { apiReference } from '@scalar/nestjs-api-reference';
import { buildOpenApi } from './openapi.js';

/** Swagger UI at /docs, the document at /docs-json, Scalar at /scalar. */
export function setupDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => buildOpenApi(app), {
    customSiteTitle: 'Chat backend',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tagsSorter: undefined },
  });
  void apiReference;
}
