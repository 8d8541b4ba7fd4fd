import { isIP } from 'node:net';

/** Is this an address that only this machine can reach? Anything that is not surely one is none. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
