import type { TierUntil } from '../../users/tier-until.js';
import type { Subscription } from '../subscription/subscription.entity.js';

/** The fields of a subscription that decide about the tier. */
export type TierFacts = Pick<
  Subscription,
  'status' | 'currentPeriodEnd' | 'endsAt' | 'pastDueSince' | 'paidUntil' | 'revoked'
>;

/** What one subscription gives: Pro until a time, nothing, or (for an unknown status) what held before. */
export type Entitlement = { tier: 'pro'; endsAt: Date } | { tier: 'basic' } | { tier: 'as before' };

const DAY_MS = 86_400_000;
const BASIC = { tier: 'basic' } as const;
const AS_BEFORE = { tier: 'as before' } as const;

/**
 * Computes the entitlement from a subscription's state
 * (https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses). Pro always has an end: an ongoing
 * subscription gives Pro for its period and the grace after it, in which the event of the next period arrives.
 */
export function entitlementOf(facts: TierFacts, graceDays: number): Entitlement {
  const { status, currentPeriodEnd, pastDueSince, paidUntil, revoked } = facts;
  const endsAt = earliest(facts.endsAt, paidUntil);
  const grace = (from: Date) => new Date(from.getTime() + graceDays * DAY_MS);
  switch (status) {
    case 'active':
    case 'trialing':
      if (revoked) return BASIC;
      if (!currentPeriodEnd) return AS_BEFORE;
      return { tier: 'pro', endsAt: earlier(endsAt, grace(currentPeriodEnd)) };
    case 'past_due': {
      if (revoked) return BASIC;
      const until = pastDueSince ?? currentPeriodEnd;
      if (!until) return AS_BEFORE;
      return { tier: 'pro', endsAt: earlier(endsAt, grace(until)) };
    }
    case 'incomplete':
    case 'incomplete_expired':
    case 'canceled':
    case 'unpaid':
    case 'paused':
      return BASIC;
    default:
      return AS_BEFORE;
  }
}

const earliest = (one: Date | null, other: Date | null): Date | null =>
  one && other ? earlier(one, other) : (one ?? other);

const earlier = (settled: Date | null, end: Date): Date => (settled && settled < end ? settled : end);

/** Inputs of the tier beside the subscriptions. */
export interface TierRules {
  graceDays: number;
  /** The user's tier now. */
  before: TierUntil;
  /** End of an operator's grant. */
  grantedUntil: Date | null;
  defaultTier: 'basic' | 'pro';
}

/** Computes the tier from all subscriptions and the operator's grant: the entitlement that lasts longest. */
export function tierOf(
  subscriptions: TierFacts[],
  { graceDays, before, grantedUntil, defaultTier }: TierRules,
): TierUntil {
  if (defaultTier === 'pro') return { tier: 'pro', endsAt: null };
  const entitlements = subscriptions.map((one) => entitlementOf(one, graceDays));
  const ends = entitlements.flatMap((one) => (one.tier === 'pro' ? one.endsAt : []));
  if (grantedUntil) ends.push(grantedUntil);
  if (before.tier === 'pro' && entitlements.some(({ tier }) => tier === 'as before')) {
    if (before.endsAt === null) return before;
    ends.push(before.endsAt);
  }
  if (ends.length === 0) return { tier: 'basic', endsAt: null };
  return { tier: 'pro', endsAt: new Date(Math.max(...ends.map((end) => end.getTime()))) };
}
