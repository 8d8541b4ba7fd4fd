import type { IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { newId } from '../crypto/id.js';
import { unwrapHttpAnswers } from './http-answer.js';
import type { Config } from '../config/config.js';

const BODY_LIMIT_BYTES = 512 * 1024;
/** Slow senders are cut: headers and body must be complete within this (408). */
const REQUEST_TIMEOUT_MS = 30_000;
const REQUEST_ID = /^[A-Za-z0-9._:-]{8,128}$/;

/** The HTTP server: request ids, body limit, trusted hops, empty JSON bodies. */
export function createFastifyAdapter(config: Config, logger: Logger): FastifyAdapter {
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new fastify.LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'request_id',
    }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Behind a load balancer that keeps connections for 60 s, ours must live longer.
    keepAliveTimeout: 65_000,
    trustProxy: config.http.trustProxy.length > 0 ? config.http.trustProxy : false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId();
    },
  });
  const server = adapter.getInstance<FastifyInstance>();
  acceptEmptyJson(server);
  unwrapHttpAnswers(server);
  return adapter;
}

/** An absent or empty body, also with `Content-Type: application/json`, is {} (contract). Fastify refuses it by default. */
function acceptEmptyJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (request: FastifyRequest, body: string, done) => {
      if (body.trim() === '') done(null, undefined);
      else void parse(request, body, done);
    },
  );
}
