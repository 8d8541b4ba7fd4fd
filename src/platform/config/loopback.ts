import { isIP } from 'node:net';

/** Can only this machine reach the address? An unclear address counts as not loopback. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
