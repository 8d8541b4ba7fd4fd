import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { Problem } from '../../problem/problem.js';
import { AddRouteConfig } from '../route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media types of the route besides JSON; `*`: the route decides by itself. */
    produces?: readonly string[];
    /** The route produces only these types; errors are JSON. */
    producesNothingElse?: true;
    /** Requests of the route are not logged. */
    quiet?: boolean;
  }
}

/** Declares the media types of a route besides JSON, so that a request for one of them is not refused with 406. */
export const Produces = (...types: string[]): MethodDecorator => AddRouteConfig({ produces: types });

/** Declares the media type that a route produces instead of JSON: a request that excludes it gets 406. */
export const ProducesOnly = (type: string): MethodDecorator =>
  AddRouteConfig({ produces: [type], producesNothingElse: true });

/**
 * Refuses requests that exclude all media types of a {@link ProducesOnly} route. A separate hook, so that it costs other
 * routes nothing.
 */
export function refuseOthers(route: RouteOptions): void {
  const { produces = [], producesNothingElse = false } = route.config ?? {};
  if (!producesNothingElse) return;
  route.onRequest = [
    ...[route.onRequest ?? []].flat(),
    ({ headers: { accept } }: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
      const takes = accept === undefined || produces.some((type) => accepts(accept, type));
      done(
        takes
          ? undefined
          : new Problem('not_acceptable', `This route responds only with ${produces.join(', ')}.`),
      );
    },
  ];
}

/**
 * True if the caller accepts what the route produces. A caller that excludes JSON gets 406 (RFC 9110 §12.5.1), as
 * problem+json.
 */
export function isAcceptable(request: FastifyRequest): boolean {
  const { accept } = request.headers;
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return true;
  if (takesJson(accept) || request.is404) return true;
  const others = request.routeOptions.config.produces ?? [];
  return others.some((type) => type === '*' || accepts(accept, type));
}

/** Cached, because clients send the same few headers. */
const takesJsonByHeader = new LRUCache<string, boolean>({
  max: 100,
  memoMethod: (accept) => accepts(accept, 'application/json'),
});

const takesJson = (accept: string): boolean => takesJsonByHeader.memo(accept);

/**
 * True if an Accept header includes this media type (RFC 9110 §12.5.1). A `charset=utf-8` parameter is ignored, because
 * all texts are UTF-8.
 */
export const accepts = (accept: string, type: string): boolean =>
  new Negotiator({ headers: { accept } }).mediaTypes([type, `${type};charset=utf-8`]).length > 0;

/**
 * True if the response must be an event stream: always on a route that produces nothing else; on other routes if the
 * client names it in `Accept`, or names a stream protocol, whose clients set no `Accept`.
 */
export function wantsStream({ headers: { accept = '' }, query, routeOptions }: FastifyRequest): boolean {
  const { produces = [], producesNothingElse = false } = routeOptions.config;
  if (!produces.includes('text/event-stream')) return false;
  if (producesNothingElse || (query as Record<string, unknown>)['protocol'] !== undefined) return true;
  return /\btext\/event-stream\b/i.test(accept) && accepts(accept, 'text/event-stream');
}

/** True if the caller prefers HTML to JSON, or equally: browsers do, curl and API clients do not. */
export const prefersHtml = (accept: string | undefined): boolean =>
  accept !== undefined && /\btext\/html\b/i.test(accept) && accepts(accept, 'text/html');
