import type { FastifyReply } from 'fastify';
import type { Config } from '../../config/config.js';

/** Default policy: a response may load nothing (W3C Content Security Policy 3). */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";
const YEAR_SECONDS = 365 * 24 * 3600;

/** Headers of every response, including errors and raw ones; a handler may override them. */
export type StandardHeaders = Record<string, string>;

/**
 * The headers of every response, built once. @fastify/helmet builds the same headers for each request, which costs 10
 * µs where a bare request costs 12 (measured); pages add their own ({@link pageHeaders}).
 */
export function standardHeaders(config: Config): StandardHeaders {
  return Object.freeze({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': NOTHING,
    'referrer-policy': 'no-referrer',
    ...(config.http.appUrl?.startsWith('https:') && {
      'strict-transport-security': `max-age=${YEAR_SECONDS}`,
    }),
    ...(config.sandbox.providers.length > 0 && { sandbox: config.sandbox.providers.join(', ') }),
  });
}

/** Sets the standard headers and the request id on a response. */
export function applyStandardHeaders(reply: FastifyReply, requestId: string, headers: StandardHeaders): void {
  reply.headers(headers);
  reply.header('x-request-id', requestId);
}

/** Headers of HTML pages: the standard headers with the page's own policy, and without framing by other sites. */
export function pageHeaders(policy: Record<string, string>): Record<string, string> {
  const directives = {
    'default-src': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
    ...policy,
  };
  return {
    'content-security-policy': Object.entries(directives)
      .map(([directive, sources]) => `${directive} ${sources}`)
      .join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'cache-control': 'no-cache',
  };
}
