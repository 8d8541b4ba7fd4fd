import type { Config } from '../../platform/config/config.js';

/**
 * Ceilings of what is sent to numbers without an account: by prefix and hour, and in all by day. They bound the bill of
 * SMS pumping. Past them the answer is as ever and nothing is sent, because a refusal would tell who has an account.
 */
export type CeilingLimits = Pick<Config['otp']['sends'], 'perPrefixPerHour' | 'perDay'>;

/** How often something was sent, before this send. */
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

/** A ceiling that is reached: of the prefix, of the day, or of networks that have sent already. */
export type Ceiling = 'prefix' | 'day' | 'repeats';

/** What becomes of a send to a number without an account. */
export type CeilingVerdict = { send: true; charge: CountName[] } | { send: false; reached: Ceiling };

/** Half of the day is kept for networks that have sent none: a few that send without end close sign-up to nobody else. */
const KEPT_SHARE = 0.5;
/**
 * One block takes this share of the kept half with first sends of its networks; its further networks count as having sent.
 * A /24 is rented for a few dollars and a /48 comes with any server: without it one of them would be thousands of networks.
 */
const BLOCK_SHARE = 1 / 32;
/** … but as many networks of one block at least, so that a small ceiling is not a ceiling on blocks. */
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
