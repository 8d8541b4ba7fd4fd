import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { wantsStream } from './accept.js';
import { HeldAnswers, type HeldKind } from './held-answers.js';
import { waitPreference } from './prefer.js';
import { Problem, retryAfter } from '../../problem/problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the {@link HeldAnswersGuard}: false if the response must not wait. */
    holdsAnswer?: boolean;
  }
}

const IS_EXPORT = 'platform:is-export';

/** Marks a route whose response is generated while it is sent. */
export const IsExport = () => SetMetadata(IS_EXPORT, true);

/** The time at which a place becomes free is unknown; this is long enough to make a client that only repeats cheap. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Bounds the requests that one user holds open on this process, on routes that stream or wait (set by `@Operation` and
 * `@ApiPreferWait`). It runs before the handler, so a refused send has stored and charged nothing. Above the bound a
 * stream or an export gets 429, and a wait is answered at once. A place is released when the response closes: at its end,
 * by an error, by a disconnected client, or by a drain.
 */
@Injectable()
export class HeldAnswersGuard implements CanActivate {
  constructor(
    private readonly held: HeldAnswers,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Problem `rate_limited` */
  canActivate(context: ExecutionContext): boolean {
    const request = context.getArgByIndex<FastifyRequest>(0);
    const { userId } = request.principal!;
    // Two decorators of one route may both have set the guard.
    if (request.holdsAnswer !== undefined) return true;
    const seconds = waitPreference(request.headers['prefer']);
    const kind = this.kindOf(context, request, seconds);
    if (kind === null) return true;
    const release = this.held.take(userId, kind);
    request.holdsAnswer = release !== null;
    if (release)
      releaseOnClose(context.getArgByIndex<FastifyReply>(1), release, kind === 'wait' ? seconds! : 0);
    else if (kind !== 'wait')
      throw new Problem('rate_limited', this.held.refusal(userId, kind), {
        headers: retryAfter(RETRY_AFTER_SECONDS),
        ...(kind === 'stream' && { liftedBy: 'STREAMS_PER_USER' }),
      });
    return true;
  }

  private kindOf(
    context: ExecutionContext,
    request: FastifyRequest,
    waitSeconds: number | null,
  ): HeldKind | null {
    if (this.reflector.get<true | undefined>(IS_EXPORT, context.getHandler())) return 'export';
    if (wantsStream(request)) return 'stream';
    return waitSeconds === null ? null : 'wait';
  }
}

/**
 * A client that disconnects closes the response before its handler has finished. A wait then continues until its time is
 * over and keeps its place; streams and exports end with their response.
 */
function releaseOnClose({ raw }: FastifyReply, release: () => void, waitSeconds: number): void {
  const closed = () => {
    if (raw.writableEnded || waitSeconds === 0) release();
    else setTimeout(release, waitSeconds * 1000).unref();
  };
  if (raw.destroyed) closed();
  else raw.once('close', closed);
}
