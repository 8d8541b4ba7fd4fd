import { Tally } from '../platform/statistics/tally.js';
import type { TierUntil } from './tier-until.js';

/** New accounts. An import is none. */
export const SIGN_UPS_OF_DAY = new Tally('sign_ups');
/** Accounts that became Pro, by a payment or a grant. */
export const PRO_GAINED_OF_DAY = new Tally('pro_gained');
/**
 * Accounts that became Basic, or were deleted while their row said Pro. Not those whose Pro has run out: nothing writes at that
 * moment, and their rows say until when they were Pro (admin-stats.repository.ts).
 */
export const PRO_LOST_OF_DAY = new Tally('pro_lost');

/** Counts a tier that was written. Call it after the commit. */
export function countTierChange(before: TierUntil, after: TierUntil, now: Date): void {
  const hasRunOut = ({ tier, endsAt }: TierUntil) => tier === 'pro' && endsAt !== null && endsAt <= now;
  const isPro = (one: TierUntil) => one.tier === 'pro' && !hasRunOut(one);
  // A row whose Pro has run out is counted from its end; once the end is overwritten, it is counted here.
  if (before.tier === 'pro' && (after.tier === 'basic' || (hasRunOut(before) && isPro(after))))
    PRO_LOST_OF_DAY.add();
  if (!isPro(before) && isPro(after)) PRO_GAINED_OF_DAY.add();
}
