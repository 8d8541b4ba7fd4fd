import { METHODS, type IncomingMessage, type Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import type {
  FastifyBaseLogger,
  FastifyHttpOptions,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
} from 'fastify';
import type { Config } from '../../config/config.js';
import type { ProcessLog } from '../../logging/logger.js';
import { RequestLog } from '../../logging/request-log.js';
import { isAcceptable, refuseOthers } from '../responses/accept.js';
import { cleanForwardedFor, spellPeerPlainly } from './client-address.js';
import { compressOptions } from './compression.js';
import { corsOptions } from './cors.js';
import { answerEventStreams } from '../responses/event-stream.js';
import { HostRule, originForm } from './host.js';
import { recogniseScrapers } from '../../metrics/scraper.js';
import { countRequests } from '../http.metrics.js';
import { traceRefusedRequests } from '../../tracing/request-spans.js';
import { isTracing } from '../../tracing/tracing.js';
import { unwrapHttpAnswers } from '../responses/http-answer.js';
import { acceptJsonBodies, limitBody } from '../body/json-body.js';
import { sendProblem, toProblem } from '../../problem/problem-reply.js';
import { Problem } from '../../problem/problem.js';
import { onClientError } from './raw-problem.js';
import { boundUnreadBodies } from '../body/read-body.js';
import { requestIdOf } from './request-id.js';
import { RouteMethods } from './route-methods.js';
import { applyStandardHeaders, standardHeaders, type StandardHeaders } from './standard-headers.js';

/** Headers and body must be complete within this time, else 408; checked every {@link CHECK_INTERVAL_MS}. */
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 5_000;
/** Longest path parameter: an id has 36 characters. */
const MAX_PARAM_LENGTH = 200;
/** Load balancers keep connections for 60 s; the server must keep them for longer. */
const KEEP_ALIVE_MS = 65_000;

export interface EdgeSettings {
  config: Config;
  log: ProcessLog;
  /** Public address of this API; known once the process listens. */
  appUrl: () => string;
}

/** The HTTP server before the application is attached. */
export interface HttpEdge {
  adapter: FastifyAdapter;
  appUrl: () => string;
  routes: RouteMethods;
}

/**
 * Builds the HTTP server, the front door of the raw edge: every byte that a stranger sends passes here before a route,
 * a guard or a DTO sees it.
 *
 * Problem: a request may be slow, endless, malformed, forged or huge, and its sender is not authenticated yet. Each
 * step therefore has a bound, and costs at most in proportion to the bytes received.
 *
 * In order of a request:
 * - Socket: headers and body must be complete in 30 s (408), headers fit 16 KiB (431). Bytes that are not HTTP get
 * problem+json written by hand (raw-problem.ts), read by index instead of by regular expressions.
 * - Target: absolute URLs become paths; the Host header is checked against DNS rebinding while a sandbox is on
 * (host.ts).
 * - Peer: X-Forwarded-For counts only behind configured proxies (client-address.ts).
 * - Body: limited per route in bytes, in pieces, and in JSON values, members and levels before it is parsed (body/). A
 * refused body is drained up to a bound, then the connection is closed.
 * - Response: the standard headers and one error form, also for requests that reach no route. Streams and waits are
 * counted per user (responses/held-answers.ts), and a reader that stops reading is disconnected
 * (responses/event-stream.ts).
 *
 * Not done here: authentication, rate limits and validation of fields, which are guards and pipes behind the router.
 */
export function createHttpEdge({ config, log, appUrl }: EdgeSettings): HttpEdge {
  const headers = standardHeaders(config);
  const requestLog = new RequestLog(log);
  const adapter = new FastifyAdapter(serverOptions(config, log, requestLog, headers, appUrl));
  const server = adapter.getInstance<FastifyInstance>();
  const routes = new RouteMethods();
  if (config.metrics.token !== null) {
    recogniseScrapers(server, config.metrics.token);
    countRequests(server);
  }
  if (isTracing()) traceRefusedRequests(server);
  server.addHook('onRoute', (route) => {
    routes.add(route);
    refuseOthers(route);
    limitBody(route);
    answerEventStreams(route, (request, reply) => requestLog.cut(request, reply));
  });
  server.server.on('connection', spellPeerPlainly);
  if (config.http.trustProxy.length > 0)
    server.addHook('onRequest', ({ headers }, _reply, done) => {
      cleanForwardedFor(headers);
      done();
    });
  addHeadersHook(server, headers, routes, appUrl);
  // Between the two hooks, because a plain OPTIONS is not a preflight, and browsers must be able to read a refusal.
  if (config.http.corsOrigins.length > 0) server.register(cors, corsOptions(config.http.corsOrigins));
  addRefusalHook(server, new HostRule(config));
  server.register(compress, compressOptions);
  acceptJsonBodies(server);
  boundUnreadBodies(server);
  unwrapHttpAnswers(server);
  // RFC 9110 §10.1.1 lets a server ignore an unknown expectation; Node would respond 417 without a body.
  server.server.on('checkExpectation', (request, response) =>
    server.server.emit('request', request, response),
  );
  return { adapter, appUrl, routes };
}

function serverOptions(
  config: Config,
  log: ProcessLog,
  requestLog: RequestLog,
  headers: StandardHeaders,
  appUrl: () => string,
): FastifyHttpOptions<Server> {
  return {
    loggerInstance: log.pino,
    logController: requestLog,
    // A child logger per request would cost more than writing the line.
    childLoggerFactory: (logger: FastifyBaseLogger) => logger,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Lets requests without Host reach the rules here, so that their refusal is problem+json as well.
    http: { connectionsCheckingInterval: CHECK_INTERVAL_MS, requireHostHeader: false },
    trustProxy: config.http.trustProxy.length > 0 ? config.http.trustProxy : false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    // While the process drains, requests on open connections are still answered.
    return503OnClosing: false,
    rewriteUrl: (request) => {
      routeUnknownMethod(request);
      return originForm(request.url ?? '/');
    },
    genReqId: (request) => requestIdOf(request),
    // Fastify's type describes the bytes as Buffer.toJSON returns them; Node passes the Buffer.
    clientErrorHandler: onClientError({ appUrl, headers, log: (line) => requestLog.raw(line) }) as never,
    frameworkErrors: (error, request, reply) => {
      // The router raises this error before any hook: no headers are set, and no line would be logged.
      applyStandardHeaders(reply, request.id, headers);
      sendProblem(reply, request, toProblem(error), appUrl());
      requestLog.raw({ requestId: request.id, status: reply.statusCode, code: 'not_found' });
    },
  };
}

const KNOWN_METHODS = new Set(METHODS);
/** A method that Node knows and no route has. */
const UNROUTED_METHOD = 'UNBIND';

/**
 * Routes a method that is missing from Node's list like a method without a route. Node's parser accepts one such method,
 * `PRI`, HTTP/2's preface in a request line without a version. Fastify's 404 router has no route for it: Fastify would
 * run no hook and log all its routes.
 */
function routeUnknownMethod(request: Pick<IncomingMessage, 'method'>): void {
  if (!KNOWN_METHODS.has(request.method ?? '')) request.method = UNROUTED_METHOD;
}

/** The first hook of every request. */
function addHeadersHook(
  server: FastifyInstance,
  headers: StandardHeaders,
  routes: RouteMethods,
  appUrl: () => string,
): void {
  server.addHook('onRequest', (request, reply, done) => {
    applyStandardHeaders(reply, request.id, headers);
    if (request.method === 'OPTIONS' && !isPreflight(request)) answerOptions(request, reply, routes, appUrl);
    else done();
  });
}

/** Refusals that do not depend on the route. */
function addRefusalHook(server: FastifyInstance, hosts: HostRule): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const refusal = hosts.refusal(request.raw);
    if (refusal) done(refusal);
    else if (!isAcceptable(request)) done(new Problem('not_acceptable'));
    else if (hasTooManyParameters(request.url)) done(tooManyParameters());
    else done();
  });
}

/** The longest list has eight filters. */
const MAX_PARAMETERS = 100;

function hasTooManyParameters(url: string): boolean {
  let count = 0;
  for (let at = url.indexOf('?'); at !== -1 && count <= MAX_PARAMETERS; at = url.indexOf('&', at + 1))
    count += 1;
  return count > MAX_PARAMETERS;
}

const tooManyParameters = (): Problem =>
  new Problem('validation_failed', `The URL has more than ${MAX_PARAMETERS} query parameters.`);

const isPreflight = ({ headers }: FastifyRequest): boolean =>
  headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

/** Responds to OPTIONS as RFC 9110 §9.3.7 says: with the methods of the path, or 404 for an unknown path. */
function answerOptions(
  request: FastifyRequest,
  reply: FastifyReply,
  routes: RouteMethods,
  appUrl: () => string,
): void {
  const allowed = routes.of(request.url.split('?', 1)[0]!);
  // Sent instead of thrown: unknown paths belong to the CORS plugin's route, which does not use our error handler.
  if (allowed.length === 0) sendProblem(reply, request, Problem.notFound(), appUrl());
  else reply.code(204).header('Allow', allowed.join(', ')).send();
}
