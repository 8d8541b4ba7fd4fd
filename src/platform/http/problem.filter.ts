import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isOutage } from '../database/outage.js';
import { PROBLEMS, type ProblemCode } from './problem-table.js';
import { Problem } from './problem.js';

/** What Fastify and Nest call the errors that they raise themselves. */
const FASTIFY_CODES: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};
const STATUS_CODES: Record<number, ProblemCode> = {
  400: 'validation_failed',
  401: 'unauthenticated',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  503: 'unavailable',
};

/** Renders every error as problem+json (RFC 9457), whatever `Accept` says. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly appUrl: () => string) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(error);
    if (problem.status >= 500) this.logger.error(describe(error), request.id);
    if (reply.raw.headersSent) {
      // A started answer cannot become a problem: cut it, so that the client sees it is not whole.
      reply.raw.destroy();
      return;
    }
    void reply
      .status(problem.status)
      .headers(problem.headers)
      .header('Cache-Control', 'no-store')
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify(problemBody(problem, request, this.appUrl())));
  }
}

/** The body of a problem. Path without query: a query may hold what must not be repeated. */
export function problemBody(problem: Problem, request: { url: string; id: string }, appUrl: string): object {
  return {
    type: `${appUrl}/docs/errors#${problem.code}`,
    title: PROBLEMS[problem.code].title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    instance: request.url.split('?', 1)[0],
    request_id: request.id,
    ...(problem.errors && { errors: problem.errors }),
    ...problem.extra,
  };
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return withChallenge(error);
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && FASTIFY_CODES[code]) return new Problem(FASTIFY_CODES[code]);
  if (error instanceof HttpException)
    return withChallenge(new Problem(STATUS_CODES[error.getStatus()] ?? 'internal_error'));
  if (error instanceof SyntaxError && (error as { statusCode?: number }).statusCode === 400)
    return new Problem('malformed_json');
  if (isOutage(error)) return Problem.unavailable(error);
  const status = (error as { statusCode?: number } | null)?.statusCode;
  if (status !== undefined && status < 500 && STATUS_CODES[status]) return new Problem(STATUS_CODES[status]);
  return new Problem('internal_error', undefined, { cause: error });
}

/** RFC 9110 §11.6.1: a 401 names the scheme. */
function withChallenge(problem: Problem): Problem {
  if (problem.status === 401) problem.headers['WWW-Authenticate'] = 'Bearer';
  return problem;
}

/** A line for the log: class, message and stack, never parameters or bodies (promise 10). */
function describe(error: unknown): string {
  const cause = error instanceof Problem && error.cause ? error.cause : error;
  if (!(cause instanceof Error)) return 'an unknown value was thrown';
  const databaseCode = (cause as { code?: string }).code;
  // A database error's message can quote a value; its code and constraint say enough.
  const constraint = (cause as { constraint?: string }).constraint;
  const safe =
    databaseCode && /^[0-9A-Z]{5}$/.test(databaseCode)
      ? `SQLSTATE ${databaseCode} ${constraint ?? ''}`
      : cause.message;
  return `${cause.name}: ${safe}\n${(cause.stack ?? '').split('\n').slice(1).join('\n')}`;
}
