import { randomUUID } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { planAnswer } from './answer-plan.js';
import { AnswerPlayer, type Framing } from './answer-player.js';
import { checkApiKey } from './api-key.js';
import type { CallLog, GeminiCall } from './call-log.js';
import { GeminiApiError, invalidArgument } from './gemini-api.error.js';
import { findModel, listModels } from './gemini-models.js';
import { toCountedRequest, toSandboxRequest } from './gemini-request.js';
import { promptTokens } from './gemini-response.js';
import { FOREIGN_HOST, isOwnHost } from './own-host.js';
import type { ScriptBook } from './script-book.js';

/** Dependencies of the routes. */
export interface GeminiScenario {
  book: ScriptBook;
  log: CallLog;
  players: Set<AnswerPlayer>;
  chunkDelayMs: number;
}

type Generate = FastifyRequest<{ Params: { action: string }; Querystring: { alt?: string } }>;
type One = FastifyRequest<{ Params: { model: string } }>;

/** The routes of https://ai.google.dev/api that a chat needs, under both versions of the API. */
export function geminiRoutes(scenario: GeminiScenario) {
  return async (server: FastifyInstance): Promise<void> => {
    server.addHook('onRequest', async ({ headers }) => {
      if (!isOwnHost(headers.host)) throw new GeminiApiError(403, 'PERMISSION_DENIED', FOREIGN_HOST);
      checkApiKey(headers);
    });
    server.setErrorHandler((error: FastifyError, _, reply) => refuse(reply, asApiError(error)));
    server.setNotFoundHandler((_, reply) =>
      refuse(reply, new GeminiApiError(404, 'NOT_FOUND', 'The requested URL was not found.')),
    );
    for (const version of ['v1beta', 'v1']) {
      server.get(`/${version}/models`, async () => listModels());
      server.get(`/${version}/models/:model`, async (request: One) =>
        findModel(request.params.model, version),
      );
      // `{model}:{method}`: a colon begins a parameter of a route, so the two are separated here.
      server.post(`/${version}/models/:action`, (request: Generate, reply) =>
        act(scenario, version, request, reply),
      );
    }
  };
}

async function act(
  scenario: GeminiScenario,
  version: string,
  request: Generate,
  reply: FastifyReply,
): Promise<unknown> {
  const [, model = '', method = ''] = /^(.*):([A-Za-z]+)$/.exec(request.params.action) ?? [];
  if (method === 'countTokens') {
    findModel(model, version);
    const totalTokens = promptTokens(toCountedRequest(request.body));
    return { totalTokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: totalTokens }] };
  }
  if (method !== 'generateContent' && method !== 'streamGenerateContent')
    throw new GeminiApiError(404, 'NOT_FOUND', 'The requested URL was not found.');
  findModel(model, version);
  return generate(scenario, { model, method }, request, reply);
}

async function generate(
  { book, log, players, chunkDelayMs }: GeminiScenario,
  target: Pick<GeminiCall, 'model' | 'method'>,
  request: Generate,
  reply: FastifyReply,
): Promise<unknown> {
  const asked = toSandboxRequest(request.body);
  const plan = planAnswer(asked, book.take(asked), chunkDelayMs);
  const call = log.open({ ...target, url: request.url, outcome: plan.outcome }, asked);
  const head = { model: target.model, responseId: randomUUID(), promptTokens: promptTokens(asked) };
  const player = new AnswerPlayer(reply.raw, framingOf(target.method, request.query.alt), head, call, log);
  reply.hijack();
  players.add(player);
  await player.play(plan);
  players.delete(player);
  return reply;
}

function framingOf(method: GeminiCall['method'], alt: string | undefined): Framing {
  if (method === 'generateContent') return 'unary';
  return alt === 'sse' ? 'sse' : 'array';
}

function refuse(reply: FastifyReply, error: GeminiApiError): FastifyReply {
  return reply.code(error.code).send(error.toBody());
}

/** Fastify's own errors: a body that is no JSON, or too long. */
function asApiError(error: FastifyError): GeminiApiError {
  if (error instanceof GeminiApiError) return error;
  const status = error.statusCode ?? 500;
  if (status >= 500) return new GeminiApiError(500, 'INTERNAL', 'An internal error has occurred.');
  return invalidArgument(`Invalid JSON payload received. ${error.code}`);
}
