import { isIPv4, isIPv6 } from 'node:net';

/** IPv4 written as IPv6 (RFC 4291 §2.5.5.2): the same host, the same bucket. */
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const GROUPS = 8;
/** Groups of a /64: providers give each subscriber one, so a new address within it is no new bucket (RFC 6177). */
const SUBNET_GROUPS = 4;

/** The network that an address is counted by: an IPv4 address itself, an IPv6 address's /64. */
export function networkOf(address: string): string {
  const bare = address.split('%', 1)[0]!;
  const mapped = MAPPED.exec(bare)?.[1];
  if (mapped) return mapped;
  if (isIPv4(bare) || !isIPv6(bare)) return bare;
  return `${expand(bare).slice(0, SUBNET_GROUPS).join(':')}::/64`;
}

/** Groups of a /48, the block of a site. */
const SITE_GROUPS = 3;

/** The block around an address's network: IPv4 /24, IPv6 /48. Providers hand out both as a whole. */
export function blockOf(address: string): string {
  const network = networkOf(address);
  if (isIPv4(network)) return `${network.slice(0, network.lastIndexOf('.'))}.0/24`;
  if (!network.endsWith('/64')) return network;
  return `${network.split(':').slice(0, SITE_GROUPS).join(':')}::/48`;
}

/** The eight groups of an IPv6 address without leading zeros. */
function expand(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  // An embedded IPv4 tail replaces two groups; it is never among the first four.
  const missing = tail === undefined ? 0 : Math.max(0, GROUPS - left.length - right.length);
  return [...left, ...Array<string>(missing).fill('0'), ...right].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  );
}
