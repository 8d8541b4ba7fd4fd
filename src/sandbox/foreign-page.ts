import type { FastifyRequest } from 'fastify';
import type { Config } from '../platform/config/config.js';
import { originPattern } from '../platform/http/edge/cors.js';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Tells whether a page of another site sent this request. Browsers send forms without a preflight, so any page that a
 * developer has open could pay or move the clock. Reading answers needs CORS and is not the concern here.
 *
 * Browsers send Sec-Fetch-Site to https addresses and to this machine, and Origin everywhere; other clients send neither
 * (https://www.w3.org/TR/fetch-metadata/).
 */
export function isForeignPage(
  { method, headers }: Pick<FastifyRequest, 'method' | 'headers'>,
  { appUrl, corsOrigins }: Config['http'],
): boolean {
  if (SAFE_METHODS.includes(method)) return false;
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return false;
  const { origin } = headers;
  if (origin === undefined) return site !== undefined;
  const isOwn = [`http://${headers.host}`, `https://${headers.host}`].includes(origin.toLowerCase());
  return (
    !isOwn && !(appUrl !== null && new URL(appUrl).origin === origin) && !corsOrigins.some(takes(origin))
  );
}

/** An app under development, at an allowed origin, may call the sandbox's routes. */
const takes =
  (origin: string) =>
  (allowed: string): boolean => {
    const pattern = originPattern(allowed);
    return typeof pattern === 'string' ? pattern === origin : pattern.test(origin);
  };
