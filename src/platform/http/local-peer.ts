import type { FastifyRequest } from 'fastify';

/** Whoever sends one of these speaks for somebody else (RFC 7239, RFC 9110 §7.6.3, and what came before them). */
const FORWARDING = /^(?:x-forwarded-.+|x-real-ip|forwarded|via)$/;
const LOOPBACK = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/;

/** Does the request come from this very machine, by one of its names, and not through a proxy on it? Looks at the socket;
 * headers can only take it away. */
export function isLocalPeer(request: Pick<FastifyRequest, 'headers' | 'socket'>): boolean {
  const peer = request.socket.remoteAddress ?? '';
  if (peer !== '::1' && !LOOPBACK.test(peer)) return false;
  if (Object.keys(request.headers).some((name) => FORWARDING.test(name))) return false;
  return isLocalName(request.headers.host);
}

/** A page of somebody else's whose name leads to this machine (DNS rebinding) is not of this machine. */
function isLocalName(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase();
  return name === '' || name === 'localhost' || name === '[::1]' || LOOPBACK.test(name);
}
