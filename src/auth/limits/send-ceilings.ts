import type { Config } from '../../platform/config/config.js';

/**
 * Send ceilings for numbers without an account: by prefix and hour, and in all by day. They bound the bill of SMS pumping.
 * Past a ceiling the answer stays the same and no SMS is sent, because a refusal would tell which numbers have an account.
 */
export type CeilingLimits = Pick<Config['otp']['sends'], 'perPrefixPerHour' | 'perDay'>;

/** Counts of sends before this one. */
export interface SendCounts {
  /** To the number's prefix, in this hour. */
  prefix: number;
  /** By the network (IPv4 address, IPv6 /64), today. */
  network: number;
  /** First sends of networks of the same block (IPv4 /24, IPv6 /48), today. */
  block: number;
  /** By networks that had sent before on the same day, in all. */
  repeats: number;
  /** In all, today. */
  all: number;
}

export type CountName = keyof SendCounts;

/** The ceiling that was reached: of the prefix, of the day, or of networks that have already sent today. */
export type Ceiling = 'prefix' | 'day' | 'repeats';

/** The decision about a send to a number without an account. */
export type CeilingVerdict = { send: true; charge: CountName[] } | { send: false; reached: Ceiling };

/** Half of the day's ceiling is kept for networks' first sends, so that a few heavy senders cannot close sign-up for all others. */
const KEPT_SHARE = 0.5;
/**
 * The share of the kept half that first sends of one block's networks may take; further networks of the block count as
 * repeated senders. A /24 costs a few dollars and a /48 comes with any server: either would be thousands of networks.
 */
const BLOCK_SHARE = 1 / 32;
/** At least this many networks per block, so that a small ceiling does not shut out whole blocks. */
const LEAST_PER_BLOCK = 16;

export function judgeSend(counts: SendCounts, { perPrefixPerHour, perDay }: CeilingLimits): CeilingVerdict {
  if (perPrefixPerHour !== null && counts.prefix >= perPrefixPerHour)
    return { send: false, reached: 'prefix' };
  if (perDay === null) return { send: true, charge: ['prefix'] };
  if (counts.all >= perDay) return { send: false, reached: 'day' };
  const kept = Math.floor(perDay * KEPT_SHARE);
  if (counts.network === 0 && counts.block < Math.max(LEAST_PER_BLOCK, Math.floor(kept * BLOCK_SHARE)))
    return { send: true, charge: ['prefix', 'network', 'block', 'all'] };
  if (counts.repeats >= perDay - kept) return { send: false, reached: 'repeats' };
  return { send: true, charge: ['prefix', 'network', 'repeats', 'all'] };
}
