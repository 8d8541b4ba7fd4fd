import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';
import type { Config } from '../../config/config.js';
import { Problem } from '../../problem/problem.js';

/** RFC 1035 §2.3.4, plus a port. */
const MAX_LENGTH = 253 + 6;
const NAME = /^[a-z0-9._-]+$/;
const PORT = /^:\d{0,5}$/;
const MAX_PORT = 65_535;
const HOST = 'host';

/**
 * The name in a Host header (RFC 9110 §7.2) in lower case, without port, brackets and final dot; null for an invalid
 * host.
 */
export function hostName(host: string): string | null {
  if (host.length > MAX_LENGTH) return null;
  const text = host.toLowerCase();
  const isBracketed = text.startsWith('[');
  const end = isBracketed ? text.indexOf(']') : text.indexOf(':');
  const name = text.slice(isBracketed ? 1 : 0, end === -1 ? text.length : end);
  const port = end === -1 ? '' : text.slice(isBracketed ? end + 1 : end);
  if (port !== '' && (!PORT.test(port) || Number(port.slice(1)) > MAX_PORT)) return null;
  if (isBracketed) return end !== -1 && isIPv6(name) ? name : null;
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  return NAME.test(bare) ? bare : null;
}

/** True for names that no DNS record of another party can direct here: local names and addresses. */
export const isUnforgeable = (name: string): boolean =>
  // Browsers resolve *.localhost themselves (RFC 6761 §6.3).
  name === 'localhost' || name.endsWith('.localhost') || isIPv4(name) || isIPv6(name);

/**
 * Checks the host that a request names. While a sandbox is on, a page of another site must not reach this process under a
 * name that its own DNS directs here (DNS rebinding): the browser would treat the responses, including the codes, as that
 * site's own.
 */
export class HostRule {
  private readonly sandboxed: boolean;
  private readonly appHost: string | null;

  constructor({ sandbox, http }: Pick<Config, 'sandbox' | 'http'>) {
    this.sandboxed = sandbox.providers.length > 0;
    this.appHost = http.appUrl === null ? null : hostName(new URL(http.appUrl).host);
  }

  /** @returns the reason of the refusal; null: allowed */
  refusal(request: IncomingMessage & { originalUrl?: string }): Problem | null {
    if (request.headers.host === undefined && request.httpVersionMinor === 1)
      return invalid('HTTP/1.1 needs a Host header (RFC 9112 §3.2).');
    if (hasTwo(request.rawHeaders)) return invalid('There is more than one Host header (RFC 9112 §3.2).');
    const authority = authorityOf(request.originalUrl);
    const host = request.headers.host ?? authority ?? '';
    if (authority !== null && authority.toLowerCase() !== host.toLowerCase())
      return invalid('The request target and the Host header name different hosts.');
    // HTTP/1.0 may omit the header, and it may be empty if the target has no host. Browsers never send that.
    if (host === '') return this.sandboxed ? notOurs() : null;
    const name = hostName(host);
    if (name === null) return invalid('The Host header is no host (RFC 9110 §7.2).');
    return !this.sandboxed || isUnforgeable(name) || name === this.appHost ? null : notOurs();
  }
}

const notOurs = (): Problem =>
  invalid(
    'While a sandbox is on, Host must be localhost, an IP address or the host of APP_URL. Set APP_URL to the address that clients use.',
  );

const invalid = (message: string): Problem =>
  new Problem('validation_failed', message, { errors: [{ field: 'Host', code: 'not_allowed', message }] });

/** Node uses the first of several headers; a proxy in front may use the last. */
function hasTwo(rawHeaders: string[]): boolean {
  let found = false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length !== HOST.length || name.toLowerCase() !== HOST) continue;
    if (found) return true;
    found = true;
  }
  return false;
}

/** Position of the authority in a request target in absolute form, `http://host/path` (RFC 9112 §3.2.2). */
function authoritySpan(target: string): { start: number; end: number } | null {
  if (target.startsWith('/')) return null;
  const scheme = target.indexOf('://');
  if (scheme === -1) return null;
  const start = scheme + 3;
  const ends = ['/', '?', '#'].map((mark) => target.indexOf(mark, start)).filter((at) => at !== -1);
  return { start, end: Math.min(target.length, ...ends) };
}

function authorityOf(target = '/'): string | null {
  const span = authoritySpan(target);
  return span && target.slice(span.start, span.end);
}

/** A path without a route, in a form that the wildcard routes of plugins do not match. */
const NOWHERE = '/%2A';

/**
 * The target as routes expect it: path and query. An absolute target is reduced to its path (RFC 9112 §3.2.2). A target
 * without a path (`OPTIONS *`) becomes an unknown path, because without a leading slash Fastify runs no hook and logs its
 * whole router.
 */
export function originForm(target: string): string {
  const span = authoritySpan(target);
  if (!span) return target.startsWith('/') ? target : NOWHERE;
  const rest = target.slice(span.end);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
