import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { prefersHtml } from '../http/responses/accept.js';
import { listeningUrl } from '../http/app-url.js';
import { pageHeaders } from '../http/edge/standard-headers.js';
import type { PageBuild } from './page-build.js';
import { errorsPage } from './errors-page.js';
import { indexJson, indexPage } from './index-page.js';
import { KeptBytes } from './kept-bytes.js';
import { send, serve, vary, type Resource } from './resource.js';
import { SHELL_POLICY } from './shell.js';

/**
 * The pages around the API: `/` and `/docs/errors`, to which every problem's `type` points.
 * @param console what browsers get at `/`; null: an index
 */
export function setupPages(app: NestFastifyApplication, config: Config, console: PageBuild | null): void {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  // Pages are made at the first request: the process listens by then.
  const address = () => config.http.appUrl ?? listeningUrl(server.server.address());
  serve(
    server,
    '/docs/errors',
    page(() => errorsPage(config, address())),
  );
  // One route for each file: no path of a request reaches the file system.
  for (const [path, file] of Object.entries(console?.files ?? {})) serve(server, path, file);
  const html = console?.page ?? page(() => indexPage(config, address()));
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
  headers: pageHeaders(SHELL_POLICY),
  bytes: new KeptBytes(make),
});
