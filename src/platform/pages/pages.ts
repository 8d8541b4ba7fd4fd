import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { prefersHtml } from '../http/accept.js';
import { pageHeaders } from '../http/standard-headers.js';
import { errorsPage } from './errors-page.js';
import { PAGE_POLICY } from './html.js';
import { indexJson, indexPage } from './index-page.js';
import { scalarPage } from './scalar-page.js';

const HTML = 'text/html; charset=utf-8';

/**
 * The pages around the API: `/`, `/docs/errors`, `/scalar`. Made once; straight on Fastify, because guards, limits and
 * the OpenAPI document are for the API.
 */
export function setupPages(app: NestFastifyApplication, config: Config): void {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  const scalar = scalarPage();
  page(server, '/docs/errors', errorsPage(), PAGE_POLICY);
  page(server, '/scalar', scalar.html, scalar.policy);
  const [html, json, headers] = [indexPage(config), indexJson(config), pageHeaders(PAGE_POLICY)];
  server.get('/', { config: { produces: ['text/html'] } }, (request, reply) => {
    void reply.header('vary', 'accept');
    return prefersHtml(request.headers.accept)
      ? reply.headers(headers).type(HTML).send(html)
      : reply.type('application/json; charset=utf-8').send(json);
  });
}

function page(server: FastifyInstance, url: string, html: string, policy: Record<string, string>): void {
  const headers = pageHeaders(policy);
  server.get(url, { config: { produces: ['*'] } }, (_request, reply) =>
    reply.headers(headers).type(HTML).send(html),
  );
}
