import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { prefersHtml } from '../http/accept.js';
import { pageHeaders } from '../http/standard-headers.js';
import { errorsPage } from './errors-page.js';
import { PAGE_POLICY } from './html.js';
import { indexJson, indexPage } from './index-page.js';
import { KeptBytes } from './kept-bytes.js';
import { send, serve, vary, type Resource } from './resource.js';

/** The pages around the API: `/` and `/docs/errors`, to which every problem's `type` points. */
export function setupPages(app: NestFastifyApplication, config: Config): void {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  serve(server, '/docs/errors', page(errorsPage));
  const html = page(() => indexPage(config));
  const json: Resource = {
    type: 'application/json; charset=utf-8',
    bytes: new KeptBytes(() => indexJson(config)),
  };
  server.get('/', { compress: false, config: { produces: ['text/html'] } }, (request, reply) => {
    vary(reply, 'accept');
    return send(request, reply, prefersHtml(request.headers.accept) ? html : json);
  });
}

const page = (make: () => string): Resource => ({
  type: 'text/html; charset=utf-8',
  headers: pageHeaders(PAGE_POLICY),
  bytes: new KeptBytes(make),
});
