import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { API_ROUTES } from '../routes/api-routes.js';
import type { ApiRoute } from '../routes/api-route.js';
import { SANDBOX_API_VERSION } from '../sandbox-keys.js';
import { newStripeId } from '../state/stripe-id.js';
import type { WaitingScript } from '../state/stripe-state.js';
import { checkApiKey, checkApiVersion } from './api-key.js';
import type { StripeCall, StripeCallLog } from './call-log.js';
import { parseForm, type FormHash } from './form.js';
import { FOREIGN_HOST, isOwnHost } from './own-host.js';
import { ApiCall, written, type ApiAnswer, type ApiAccount } from './stripe-api.js';
import { StripeApiError } from './stripe-api.error.js';

const DEFAULT_DELAY_MS = 1000;
/** Longest key that Stripe accepts. */
const MAX_KEY_LENGTH = 255;

/** Dependencies of the server. */
export interface ServerAccount extends ApiAccount {
  log: StripeCallLog;
  /** Something has changed: there may be events to deliver. */
  changed: () => void;
}

/** The API as a server that does not listen yet. */
export function createStripeServer(account: ServerAccount): FastifyInstance {
  // Hanging answers must not hold up close().
  const server = Fastify({
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
    genReqId: () => newStripeId('req', 14),
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, body),
  );
  server.addContentTypeParser('*', (request, _, done) => {
    if (request.headers['content-length'] === '0') done(null, '');
    else done(new StripeApiError(400, WRONG_TYPE), undefined);
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'request-id': request.id, 'stripe-version': SANDBOX_API_VERSION });
    if (!isOwnHost(request.headers.host)) throw new StripeApiError(403, FOREIGN_HOST);
    checkApiKey(request.headers.authorization);
    checkApiVersion(request.headers['stripe-version']);
  });
  server.setErrorHandler((error: FastifyError, _, reply) => refuse(reply, asApiError(error)));
  server.setNotFoundHandler((request, reply) => refuse(reply, unknownUrl(request)));
  for (const route of API_ROUTES)
    server.route({
      method: route.method,
      url: route.path,
      handler: (request: FastifyRequest<{ Params: { id?: string } }>, reply) =>
        serve(account, route, request, reply),
    });
  return server;
}

const WRONG_TYPE =
  'Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help at https://support.stripe.com/.';

async function serve(
  account: ServerAccount,
  route: ApiRoute,
  request: FastifyRequest<{ Params: { id?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const [path = '', query = ''] = request.url.split('?', 2);
  const params = paramsOf(query, request.body);
  const idempotencyKey = route.method === 'POST' ? keyOf(request) : null;
  const logged = account.log.open({ method: route.method, path, route: route.path, params, idempotencyKey });
  reply.raw.once('close', () => account.log.update(logged, { endedAt: new Date() }));
  const call = new ApiCall(account, {
    requestId: request.id,
    route,
    id: request.params.id ?? '',
    path,
    params,
    idempotencyKey,
  });
  const { answer, script } = await call.begin();
  account.changed();
  if (idempotencyKey !== null) reply.header('idempotency-key', idempotencyKey);
  if (!script) return send(account, reply, logged, answer!);
  if (script.outcome === 'slow') {
    await sleep(script.delayMs ?? DEFAULT_DELAY_MS);
    const late = await call.finish();
    account.changed();
    return send(account, reply, logged, late);
  }
  return misbehave(account, reply, logged, script);
}

function misbehave(
  account: ServerAccount,
  reply: FastifyReply,
  logged: StripeCall,
  script: WaitingScript,
): FastifyReply {
  switch (script.outcome) {
    case 'http_error': {
      const status = script.status ?? 500;
      return send(account, reply, logged, {
        ...written(status, scriptedError(status).toBody()),
        replayed: false,
      });
    }
    case 'rate_limited':
      reply.header('stripe-rate-limited-reason', 'global-rate');
      return send(account, reply, logged, { ...written(429, scriptedError(429).toBody()), replayed: false });
    case 'empty':
      return send(account, reply, logged, { ...written(200, {}), replayed: false });
    case 'cut':
    case 'after':
      reply.hijack();
      reply.raw.destroy();
      return reply;
    case 'hang':
    case 'slow':
      // No response until the caller disconnects or the server closes.
      reply.hijack();
      return reply;
  }
}

function send(
  account: ServerAccount,
  reply: FastifyReply,
  logged: StripeCall,
  { status, body, replayed }: ApiAnswer,
): FastifyReply {
  account.log.update(logged, { status, replayed });
  if (replayed) reply.header('idempotent-replayed', 'true');
  return reply.code(status).type('application/json').send(body);
}

/** Everything is a form, in the query or in the body. */
function paramsOf(query: string, body: unknown): FormHash {
  const texts = [query, typeof body === 'string' ? body : ''].filter((text) => text !== '');
  return parseForm(texts.join('&'));
}

function keyOf({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return null;
  if (key.length <= MAX_KEY_LENGTH) return key;
  throw new StripeApiError(400, `Idempotency keys can be at most ${MAX_KEY_LENGTH} characters long.`, {
    type: 'idempotency_error',
  });
}

function refuse(reply: FastifyReply, error: StripeApiError): FastifyReply {
  const { status, body } = written(error.status, error.toBody());
  return reply.code(status).type('application/json').send(body);
}

const unknownUrl = ({ method, url }: FastifyRequest): StripeApiError =>
  new StripeApiError(
    404,
    `Unrecognized request URL (${method}: ${url.split('?', 1)[0]}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  );

function scriptedError(status: number): StripeApiError {
  if (status === 429)
    return new StripeApiError(
      429,
      'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
      { code: 'rate_limit' },
    );
  if (status >= 500)
    return new StripeApiError(
      status,
      'An unknown error occurred: a script of the sandbox sets this response.',
      {
        type: 'api_error',
      },
    );
  return new StripeApiError(status, `A script of the sandbox sets this response: ${status}.`);
}

/** Fastify's own errors: a body that is too long. */
function asApiError(error: FastifyError): StripeApiError {
  if (error instanceof StripeApiError) return error;
  const status = error.statusCode ?? 500;
  if (status >= 500)
    return new StripeApiError(500, `The sandbox has failed: ${error.message}`, { type: 'api_error' });
  return new StripeApiError(status, error.message);
}
