/**
 * Share of Redis's memory up to which lists are stored. The queue and the counters use the same memory, and with
 * `noeviction` a full Redis refuses jobs. Lists leave half of it free, and expire within their TTL.
 */
const SHARE = 0.5;

/**
 * True while Redis has memory left for lists, by `INFO memory`: its use as a share of `maxmemory`, or of the machine's memory
 * when there is no `maxmemory`. Also true for a server that reports neither.
 */
export function hasFreeMemory(info: string): boolean {
  const lines = info.split('\r\n');
  const bytes = (name: string): number =>
    Number(lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? 0);
  const most = bytes('maxmemory') || bytes('total_system_memory');
  return most === 0 || bytes('used_memory') < most * SHARE;
}
