import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeError } from '../logging/describe-error.js';
import { NO_HINT } from '../limits/limit-hint.js';
import { sendProblem, toProblem } from './problem-reply.js';
import type { Principal } from '../http/principal.js';
import { Problem } from './problem.js';
import { RouteMethods } from '../http/edge/route-methods.js';

/**
 * Statuses that a request of a just deleted account may get, because its rows are gone: forbidden, not found, conflict,
 * or a foreign key without its row.
 */
const MAY_BE_GONE = new Set([403, 404, 409, 500]);

/** Renders every error as problem+json (RFC 9457), regardless of `Accept`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  /**
   * @param hint says how a limit is lifted (limit-hint.ts)
   * @param hasEnded checks in the database whether the caller's session has ended, since this process may not have been
   * notified yet
   */
  constructor(
    private readonly appUrl: () => string,
    private readonly routes: RouteMethods,
    private readonly hint: (problem: Problem) => string = NO_HINT,
    private readonly hasEnded: (principal: Principal) => Promise<boolean> = () => Promise.resolve(false),
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = this.problemOf(error, request);
    if (problem.status >= 500 && !isExpected(problem, request)) this.write(problem, error, request.id);
    if (reply.raw.headersSent) {
      // A started response cannot become a problem: it is cut, so that the client sees that it is incomplete.
      reply.raw.destroy();
      return;
    }
    void this.answer(request, reply, problem);
  }

  /** Checks the session by primary key, on refusals only. While the database is down the refusal stands. */
  private async answer(request: FastifyRequest, reply: FastifyReply, refusal: Problem): Promise<void> {
    const { principal } = request;
    let problem = refusal;
    if (principal !== undefined && MAY_BE_GONE.has(refusal.status)) {
      const ended = await this.hasEnded(principal).catch(() => false);
      if (ended) problem = toProblem(new Problem('session_ended'));
    }
    sendProblem(reply, request, problem, this.appUrl(), this.hint);
  }

  private problemOf(error: unknown, request: FastifyRequest): Problem {
    if (request.is404 && error instanceof HttpException) return this.unrouted(request);
    // The client closed the connection while sending: the server did not fail, and no client reads the response.
    if (request.raw.destroyed && !request.raw.complete) return new Problem('request_timeout');
    return toProblem(error);
  }

  private unrouted(request: FastifyRequest): Problem {
    const allowed = this.routes.of(request.url.split('?', 1)[0]!);
    if (allowed.length === 0 || allowed.includes(request.method)) return Problem.notFound();
    return new Problem('method_not_allowed', undefined, { headers: { Allow: allowed.join(', ') } });
  }

  /** An outage is one log line without a stack: while the database is down, each request logs one. */
  private write(problem: Problem, error: unknown, requestId: string): void {
    const { code, status } = problem;
    const cause = problem.cause ?? error;
    const fields = { request_id: requestId, 'error.type': code, 'http.response.status_code': status };
    if (problem.code === 'unavailable')
      this.logger.warn({ ...fields, msg: describeError(cause, { stack: false }) });
    else this.logger.error({ ...fields, msg: describeError(cause) });
  }
}

/** A load balancer polls readiness, so a negative answer is expected and not logged as an error. */
const isExpected = ({ code }: Problem, { routeOptions }: FastifyRequest): boolean =>
  code === 'unavailable' && routeOptions.config?.quiet === true;
