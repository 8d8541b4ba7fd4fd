import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { buildOpenApi } from '../openapi/build-openapi.js';
import { pageHeaders } from './standard-headers.js';

/** What Swagger UI loads: its own files, inline styles, and the API that it tries. */
const SWAGGER_POLICY = {
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
};

/** Swagger UI at /docs, the document at /docs-json and /docs-yaml. The document is built at the first look, once. */
export function setupDocs(app: NestFastifyApplication): void {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  server.addHook('onRoute', openToBrowsers);
  SwaggerModule.setup('docs', app, () => buildOpenApi(app), {
    customSiteTitle: 'Chat backend',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
}

/** Swagger's routes are made inside the package: what they give and may load is said here. */
function openToBrowsers(route: RouteOptions): void {
  if (!/^\/docs(-json|-yaml|\/|$)/.test(route.url)) return;
  const headers = pageHeaders(SWAGGER_POLICY);
  route.config = { ...route.config, produces: ['*'] };
  route.onRequest = [route.onRequest ?? []].flat().concat((_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
