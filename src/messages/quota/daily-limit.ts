import type { Tier } from '../../platform/config/tier.js';
import { Problem, retryAfter } from '../../platform/problem/problem.js';
import { minuteState, type MinuteWindow } from '../../platform/limits/minute-window.js';
import { rateLimitHeaders, type PolicyState } from '../../platform/limits/rate-limit-headers.js';
import { TierPolicy } from '../../platform/limits/tier-policy.js';
import type { Day } from './quota-day.js';

const DAY_SECONDS = 24 * 3600;

/** The daily limit of each tier as a rate-limit policy. */
export const dailyPolicy = (limits: Record<Tier, number | null>): TierPolicy =>
  new TierPolicy('daily', DAY_SECONDS, limits, { basic: 'BASIC_DAILY_LIMIT', pro: 'PRO_DAILY_LIMIT' });

/** A user's tier and used units on a day, as the database returned them. */
export interface QuotaUsage {
  tier: Tier;
  used: number;
}

/** The request limits that were counted before the route was called, for the headers. */
export interface OtherLimits {
  minute: MinuteWindow | null;
  /** The limits of the route itself. */
  route: readonly PolicyState[];
}

/**
 * The daily limit as one request sees it: units per tier, the quota day, and when it resets.
 *
 * Problem. A message must never pass the limit under any concurrency, a failed reply must give its unit back (at most ten a day), and a replay of the
 * last allowed message must be answered, not refused.
 *
 * How it works. This class only holds numbers and builds headers and the 429. The statement that accepts a message takes
 * the unit by a conditional upsert on `daily_usage` (`… where used < limit`), in the same transaction as the message and
 * the reply (messages/send/quota.ctes.ts). The reply keeps the day that paid for it in `charged_on`; the update that fails
 * a reply gives the unit back to that day and clears `charged_on`, at most ten times a day per user, so that a failing
 * provider cannot be used to generate without limit. A retry charges only where `charged_on` is null.
 *
 * A day is a calendar day of QUOTA_TIME_ZONE (quota-day.ts). Usage hangs on a keyed hash of the mobile number, so deleting
 * the account does not reset it. The count is in PostgreSQL alone: when Redis is down the limit still holds. Cost: no
 * round trip of its own. Deliberately not done: refusing in a guard, which would have to read before the statement.
 */
export class DailyLimit {
  constructor(
    readonly day: Day,
    readonly resetsAt: Date,
    private readonly now: Date,
    private readonly policy: TierPolicy,
    /** Route of the upgrade that lifts the basic limit; null while billing is off. */
    private readonly upgrade: string | null,
    /** Null for an operator's retry: the answer then has no limit headers of the user. */
    private readonly otherLimits: OtherLimits | null = null,
  ) {}

  /** Messages a day; null: unlimited. */
  get limits(): Readonly<Record<Tier, number | null>> {
    return this.policy.limits;
  }

  /** Seconds until the daily limit resets; at least 1, so that a client does not retry in a loop. */
  get secondsToReset(): number {
    return Math.max(1, Math.ceil((this.resetsAt.getTime() - this.now.getTime()) / 1000));
  }

  remaining(usage: QuotaUsage): number | null {
    return this.state(usage)?.remaining ?? null;
  }

  /** The daily limit for the headers; null: unlimited. */
  state({ tier, used }: QuotaUsage): PolicyState | null {
    return this.policy.state(tier, used, this.secondsToReset);
  }

  /** `RateLimit` and `RateLimit-Policy` for the daily limit, the requests a minute, and the route's own limits. */
  headers(usage: QuotaUsage): Record<string, string> {
    if (this.otherLimits === null) return {};
    const { minute, route } = this.otherLimits;
    return rateLimitHeaders([this.state(usage), minute && minuteState(minute, usage.tier), ...route]);
  }

  /** The 429 when all units of the day are used. */
  refusal(usage: QuotaUsage): Problem {
    return new Problem('daily_limit_reached', 'All messages of today are used. Wait until resets_at.', {
      headers: {
        ...retryAfter(this.secondsToReset),
        ...this.headers(usage),
      },
      liftedBy: this.policy.variables[usage.tier],
      extra: {
        limit: this.limits[usage.tier],
        used: usage.used,
        resets_at: this.resetsAt.toISOString(),
        upgrade: usage.tier === 'basic' ? this.upgrade : null,
      },
    });
  }
}
