import type { FastifyInstance } from 'fastify';

/**
 * An answer whose status or headers depend on what happened. Controllers return it instead of touching the response;
 * one Fastify hook takes it apart, so that no route pays for an interceptor.
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
    // A text is sent as it is: a page, not a JSON string that holds one.
    if (typeof payload.body === 'string') reply.serializer(String);
    done(null, payload.body);
  });
}
