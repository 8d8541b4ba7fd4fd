import { isIP } from 'node:net';

/** True for an address that only this machine can reach. A host name other than localhost counts as reachable by others. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
