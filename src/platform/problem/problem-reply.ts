import { HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isOutage } from '../database/outage.js';
import { NO_HINT, type LimitHint } from '../limits/limit-hint.js';
import { PROBLEMS, type ProblemCode } from './problem-table.js';
import { PROBLEMS_SENT, REFUSALS_OF_DAY } from './problem.metrics.js';
import { Problem } from './problem.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Codes of the errors that Fastify raises itself. */
const FASTIFY_CODES: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  // A path that cannot be decoded, or an id longer than any id, names no resource.
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};
const STATUS_CODES: Record<number, ProblemCode> = {
  400: 'validation_failed',
  401: 'unauthenticated',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'not_found',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  431: 'headers_too_large',
  503: 'unavailable',
};

/** Turns a thrown value into a problem; an unexpected one is `internal_error`. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return withChallenge(error);
  const code = fastifyCode(error) ?? fastifyCode((error as { cause?: unknown } | null)?.cause);
  if (code) return new Problem(code);
  if (error instanceof HttpException)
    return withChallenge(new Problem(STATUS_CODES[error.getStatus()] ?? 'internal_error'));
  if (isOutage(error)) return Problem.unavailable(error);
  const status = (error as { statusCode?: number } | null)?.statusCode;
  if (status !== undefined && status < 500 && STATUS_CODES[status]) return new Problem(STATUS_CODES[status]);
  return new Problem('internal_error', undefined, { cause: error });
}

function fastifyCode(error: unknown): ProblemCode | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? FASTIFY_CODES[code] : undefined;
}

/** RFC 9110 §11.6.1: a 401 names the scheme. */
function withChallenge(problem: Problem): Problem {
  if (problem.status === 401) problem.headers['WWW-Authenticate'] = 'Bearer';
  return problem;
}

/** The body of a problem. `instance` has no query, since a query may hold private values. */
export function problemBody(
  problem: Problem,
  request: { url: string; id: string },
  appUrl: string,
  hint: LimitHint = NO_HINT,
): object {
  return {
    type: `${appUrl}/docs/errors#${problem.code}`,
    title: PROBLEMS[problem.code].title,
    status: problem.status,
    detail: problem.message + hint(problem),
    code: problem.code,
    instance: request.url.split('?', 1)[0],
    request_id: request.id,
    ...(problem.errors && { errors: problem.errors }),
    ...problem.extra,
  };
}

/** Sends a problem; headers of a success that was being built are removed. */
export function sendProblem(
  reply: FastifyReply,
  request: Pick<FastifyRequest, 'id' | 'url'>,
  problem: Problem,
  appUrl: string,
  hint: LimitHint = NO_HINT,
): void {
  PROBLEMS_SENT.inc({ code: problem.code });
  if (problem.status === 429) REFUSALS_OF_DAY.add(problem.code);
  for (const name of SUCCESS_HEADERS) reply.removeHeader(name);
  void reply
    .status(problem.status)
    .headers({ 'Cache-Control': 'no-store', ...problem.headers })
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problemBody(problem, request, appUrl, hint)));
}

/** What was set for the answer that did not come. A 429 brings its own limits. */
const SUCCESS_HEADERS = [
  'etag',
  'location',
  'x-cache',
  'content-length',
  'content-encoding',
  'ratelimit',
  'ratelimit-policy',
];
