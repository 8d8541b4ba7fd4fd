import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4, isIPv6, type Socket } from 'node:net';

const HEADER = 'x-forwarded-for';
/** The longest spelling: an IPv6 address with its zone, in brackets, with a port, in quotes. */
const MAX_LENGTH = 100;
/** Maximum number of proxies in a row, more than any installation has; a header of 16 KiB has room for thousands. */
const MAX_HOPS = 32;
/** IPv4 in IPv6 form (RFC 4291 §2.5.5.2), as URL writes it. */
const MAPPED = '::ffff:';

/**
 * Normalises an address for counting and storing: without port, brackets, quotes and zone; IPv4 also if written as IPv6;
 * IPv6 in the form of RFC 5952. Null for a text that is not an address.
 */
export function plainAddress(text: string): string | null {
  if (text.length > MAX_LENGTH) return null;
  const address = withoutPort(unquoted(text.trim())).split('%', 1)[0]!;
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return null;
  const spelt = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return spelt.startsWith(MAPPED) ? unmapped(spelt) : spelt;
}

const unquoted = (text: string): string =>
  text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;

function withoutPort(text: string): string {
  if (text.startsWith('[')) return text.includes(']') ? text.slice(1, text.indexOf(']')) : '';
  const colon = text.indexOf(':');
  // More than one colon: an IPv6 address, whose port would follow brackets.
  return colon === text.lastIndexOf(':') && colon !== -1 ? text.slice(0, colon) : text;
}

function unmapped(spelt: string): string {
  const [high = 0, low = 0] = spelt
    .slice(MAPPED.length)
    .split(':')
    .map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/**
 * The addresses of X-Forwarded-For, nearest last, up to the first element that is not an address: the source of elements
 * beyond `unknown` is not trusted. The client is then the proxy that wrote that element.
 */
export function readableHops(header: string): string[] {
  const hops: string[] = [];
  for (let end = header.length; end > 0 && hops.length < MAX_HOPS;) {
    const comma = header.lastIndexOf(',', end - 1);
    const element = header.slice(comma + 1, end);
    end = comma;
    if (element.trim() === '') continue;
    const address = plainAddress(element);
    if (address === null) break;
    hops.unshift(address);
  }
  return hops;
}

/** Rewrites X-Forwarded-For before Fastify reads it, so that `request.ip` is always an address. */
export function cleanForwardedFor(headers: IncomingHttpHeaders): void {
  const header = headers[HEADER];
  if (header !== undefined) headers[HEADER] = readableHops([header].flat().join(',')).join(', ');
}

/** A listener on `::` reports IPv4 clients as `::ffff:203.0.113.7`; they are normalised to IPv4. */
export function spellPeerPlainly(socket: Socket): void {
  const address = socket.remoteAddress;
  if (!address?.startsWith(MAPPED)) return;
  Object.defineProperty(socket, 'remoteAddress', { value: plainAddress(address) ?? address });
}
