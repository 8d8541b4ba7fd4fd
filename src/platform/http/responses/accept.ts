import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { Problem } from '../../problem/problem.js';
import { AddRouteConfig } from '../route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media types that the route gives beside JSON; `*` when what it gives is its own affair. */
    produces?: readonly string[];
    /** It gives those, and no JSON but that of errors. */
    producesNothingElse?: true;
    /** Not worth a line in the log. */
    quiet?: boolean;
  }
}

/** Names the media types that a route gives beside JSON, so that asking for one of them is not 406. */
export const Produces = (...types: string[]): MethodDecorator => AddRouteConfig({ produces: types });

/** Names the media type that a route gives instead of JSON: a request that excludes it gets 406. */
export const ProducesOnly = (type: string): MethodDecorator =>
  AddRouteConfig({ produces: [type], producesNothingElse: true });

/**
 * Refuses requests that exclude all media types of a {@link ProducesOnly} route; a hook of its own, so that other
 * routes do not pay for it.
 */
export function refuseOthers(route: RouteOptions): void {
  const { produces = [], producesNothingElse = false } = route.config ?? {};
  if (!producesNothingElse) return;
  route.onRequest = [
    ...[route.onRequest ?? []].flat(),
    ({ headers: { accept } }: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
      const takes = accept === undefined || produces.some((type) => accepts(accept, type));
      done(
        takes ? undefined : new Problem('not_acceptable', `This route gives ${produces.join(', ')} only.`),
      );
    },
  ];
}

/** May this caller get what the route gives? One that excludes JSON gets 406 (RFC 9110 §12.5.1), as problem+json. */
export function isAcceptable(request: FastifyRequest): boolean {
  const { accept } = request.headers;
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return true;
  if (takesJson(accept) || request.is404) return true;
  const others = request.routeOptions.config.produces ?? [];
  return others.some((type) => type === '*' || accepts(accept, type));
}

/** Clients send the same few headers again and again. */
const takesJsonByHeader = new LRUCache<string, boolean>({
  max: 100,
  memoMethod: (accept) => accepts(accept, 'application/json'),
});

const takesJson = (accept: string): boolean => takesJsonByHeader.memo(accept);

/** Does an Accept header take this media type (RFC 9110 §12.5.1)? All our texts are UTF-8, and a client may ask for that. */
export const accepts = (accept: string, type: string): boolean =>
  new Negotiator({ headers: { accept } }).mediaTypes([type, `${type};charset=utf-8`]).length > 0;

/**
 * Is the answer to be an event stream? On a route that gives nothing else it is; on others the client must name it in
 * `Accept`, or name a protocol of streams: clients of such a protocol set no `Accept`.
 */
export function wantsStream({ headers: { accept = '' }, query, routeOptions }: FastifyRequest): boolean {
  const { produces = [], producesNothingElse = false } = routeOptions.config;
  if (!produces.includes('text/event-stream')) return false;
  if (producesNothingElse || (query as Record<string, unknown>)['protocol'] !== undefined) return true;
  return /\btext\/event-stream\b/i.test(accept) && accepts(accept, 'text/event-stream');
}

/** Does the caller like HTML at least as much as JSON? Browsers name it; curl and clients do not. */
export const prefersHtml = (accept: string | undefined): boolean =>
  accept !== undefined && /\btext\/html\b/i.test(accept) && accepts(accept, 'text/html');
