import { isIP } from 'node:net';

/**
 * True for a Host header (RFC 9110 §7.2) that names this machine or an address. The key is public, so a page whose DNS
 * directs here (DNS rebinding) could use it; but its browser sends the page's host.
 */
export function isOwnHost(host = ''): boolean {
  const name = host.toLowerCase().replace(/:\d{0,5}$/, '');
  return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}

/** The error for a request with a foreign host. */
export const FOREIGN_HOST = 'The sandbox is reached as localhost or by an IP address.';
