import type { TierUntil } from '../../users/users.service.js';
import type { Subscription } from '../subscription/subscription.entity.js';

/** What of a subscription decides about the tier. */
export type TierFacts = Pick<
  Subscription,
  'status' | 'currentPeriodEnd' | 'endsAt' | 'pastDueSince' | 'paidUntil' | 'revoked'
>;

/** What a subscription is good for: Pro until a moment, nothing, or (a word of Stripe's that we do not know) what held before. */
export type Entitlement = { tier: 'pro'; endsAt: Date } | { tier: 'basic' } | { tier: 'as before' };

const DAY_MS = 86_400_000;
const BASIC = { tier: 'basic' } as const;
const AS_BEFORE = { tier: 'as before' } as const;

/**
 * Stripe's state of a subscription → tier (https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses).
 * It never answers "Pro for ever": a subscription that goes on is good for its period and the grace after it, in which the
 * news of the next one arrives.
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

/** What the tier is made of, beside the subscriptions. */
export interface TierRules {
  graceDays: number;
  /** What the account has now. */
  before: TierUntil;
  /** What an operator has granted. */
  grantedUntil: Date | null;
  defaultTier: 'basic' | 'pro';
}

/** All subscriptions and the operator's grant → the tier: the one that lasts longest. */
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
