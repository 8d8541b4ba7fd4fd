import { BlockList, isIP } from 'node:net';
import { isLoopback } from '../../platform/config/loopback.js';

/** RFC 1918, RFC 4193, RFC 6598. */
const PRIVATE = new BlockList();
for (const [address, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  PRIVATE.addSubnet(address, bits, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

/** True for an address of a private network, and for a name without a dot, which only a private resolver knows. */
export function isPrivate(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  const version = isIP(bare);
  if (version === 0) return isLoopback(bare) || !bare.includes('.') || /\.(internal|local|svc)$/.test(bare);
  return isLoopback(bare) || PRIVATE.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}
