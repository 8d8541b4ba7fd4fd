import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';
import { parseTraceparent } from './trace-context.js';
import { startSpan } from './tracing.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of the request; only with tracing. */
    span?: Span;
  }
}

/**
 * A span for each request, named by its method and the template of its route. The span begins after the guards, because
 * only then the caller is known: the `traceparent` of a signed-in caller is the parent. That of a stranger is linked, and
 * decides neither the trace's id nor its sampling: anyone could fill one trace, or have each request recorded.
 */
export class RequestSpans implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = execution.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    const span = begin(request, reply);
    if (span === null) return next.handle();
    // Aborted answers and event streams end with it, too.
    reply.raw.once('close', () => end(span, reply));
    const within = trace.setSpan(ROOT_CONTEXT, span);
    return new Observable((reader) => context.with(within, () => next.handle().subscribe(reader)));
  }
}

/** A span for each request that ends before its handler: refused by a guard, or for an unknown path. */
export function traceRefusedRequests(server: FastifyInstance): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { config } = request.routeOptions;
    if (request.span === undefined && !config?.quiet && !request.isQuiet) {
      const span = begin(request, reply);
      if (span !== null) end(span, reply);
    }
    done();
  });
}

function begin(request: FastifyRequest, reply: FastifyReply): Span | null {
  const route = request.is404 ? undefined : request.routeOptions.url;
  if (request.routeOptions.config?.quiet) return null;
  const { principal } = request;
  const { parent, links } = originOf(request.headers['traceparent'], principal !== undefined);
  const span = startSpan(
    route === undefined ? request.method : `${request.method} ${route}`,
    {
      kind: SpanKind.SERVER,
      startTime: Date.now() - reply.elapsedTime,
      links,
      attributes: {
        'http.request.method': request.method,
        request_id: request.id,
        ...(route !== undefined && { 'http.route': route }),
        ...(principal && { 'user.id': principal.userId, 'session.id': principal.sessionId ?? undefined }),
      },
    },
    parent,
  );
  if (span !== null) request.span = span;
  return span;
}

function originOf(header: unknown, isSignedIn: boolean): { parent: Context; links: Link[] } {
  const remote = parseTraceparent(header);
  if (remote === null) return { parent: ROOT_CONTEXT, links: [] };
  return isSignedIn
    ? { parent: trace.setSpanContext(ROOT_CONTEXT, remote), links: [] }
    : { parent: ROOT_CONTEXT, links: [{ context: remote }] };
}

function end(span: Span, { statusCode }: FastifyReply): void {
  span.setAttribute('http.response.status_code', statusCode);
  if (statusCode >= 500) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', String(statusCode));
  }
  span.end();
}
