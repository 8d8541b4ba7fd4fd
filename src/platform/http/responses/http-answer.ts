import type { FastifyInstance } from 'fastify';

/**
 * A response whose status or headers depend on the result. Controllers return it instead of changing the response; one
 * Fastify hook unwraps it, so that routes need no interceptor.
 */
export class HttpAnswer<T> {
  constructor(
    readonly body: T,
    readonly headers: Record<string, string>,
    /** Overrides the status of the route's @Operation. */
    readonly status?: number,
  ) {}
}

/** Lets every route return {@link HttpAnswer}. */
export function unwrapHttpAnswers(server: FastifyInstance): void {
  server.addHook('preSerialization', (_request, reply, payload, done) => {
    if (!(payload instanceof HttpAnswer)) {
      done(null, payload);
      return;
    }
    if (payload.status !== undefined) reply.status(payload.status);
    reply.headers(payload.headers);
    // A text is sent unchanged, as a page, not as a JSON string.
    if (typeof payload.body === 'string') reply.serializer(String);
    done(null, payload.body);
  });
}
