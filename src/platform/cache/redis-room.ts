/**
 * The share of Redis's memory up to which lists are stored. The queue and the counters share it, and with `noeviction` a
 * Redis that is full refuses jobs: lists leave it half, and end by themselves within their TTL.
 */
const SHARE = 0.5;

/**
 * Has Redis room for what it could do without? Read from `INFO memory`: of `maxmemory`, or of the machine's memory where
 * none is set. A server that does not tell has.
 */
export function hasRoom(info: string): boolean {
  const lines = info.split('\r\n');
  const bytes = (name: string): number =>
    Number(lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? 0);
  const most = bytes('maxmemory') || bytes('total_system_memory');
  return most === 0 || bytes('used_memory') < most * SHARE;
}
