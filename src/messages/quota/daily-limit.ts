import type { Tier } from '../../platform/config/tier.js';
import { Problem, retryAfter } from '../../platform/problem/problem.js';
import { minuteState, type MinuteWindow } from '../../platform/limits/minute-window.js';
import { rateLimitHeaders, type PolicyState } from '../../platform/limits/rate-limit-headers.js';
import { TierPolicy } from '../../platform/limits/tier-policy.js';
import type { Day } from './quota-day.js';

const DAY_SECONDS = 24 * 3600;

/** Messages a day of each tier. */
export const dailyPolicy = (limits: Record<Tier, number | null>): TierPolicy =>
  new TierPolicy('daily', DAY_SECONDS, limits, { basic: 'BASIC_DAILY_LIMIT', pro: 'PRO_DAILY_LIMIT' });

/** Where a user stands on a day, as the database said it. */
export interface QuotaUsage {
  tier: Tier;
  used: number;
}

/** Where a request stands with the limits beside the day's, which were counted before its route was called. */
export interface OtherLimits {
  minute: MinuteWindow | null;
  /** Those that its route has of its own. */
  route: readonly PolicyState[];
}

/** The day's rule for one request: what each tier may send and when it starts anew. It decides nothing: the send statement does. */
export class DailyLimit {
  constructor(
    readonly day: Day,
    readonly resetsAt: Date,
    private readonly now: Date,
    private readonly policy: TierPolicy,
    /** The route that lifts the limit of who has the lower tier; null where nobody can pay. */
    private readonly upgrade: string | null,
    /** Null where the person makes no request (an operator's retry): then answers tell of no limit. */
    private readonly others: OtherLimits | null = null,
  ) {}

  /** Messages a day; null: unlimited. */
  get limits(): Readonly<Record<Tier, number | null>> {
    return this.policy.limits;
  }

  /** Seconds until the day's count starts anew. */
  get secondsToReset(): number {
    return Math.max(1, Math.ceil((this.resetsAt.getTime() - this.now.getTime()) / 1000));
  }

  remaining(standing: QuotaUsage): number | null {
    return this.state(standing)?.remaining ?? null;
  }

  /** Where the day stands; null: unlimited. */
  state({ tier, used }: QuotaUsage): PolicyState | null {
    return this.policy.state(tier, used, this.secondsToReset);
  }

  /** `RateLimit` and `RateLimit-Policy` of the day, the minute, and the route where it has limits of its own. */
  headers(standing: QuotaUsage): Record<string, string> {
    if (this.others === null) return {};
    const { minute, route } = this.others;
    return rateLimitHeaders([this.state(standing), minute && minuteState(minute, standing.tier), ...route]);
  }

  /** The 429 of a used-up day. */
  refusal(standing: QuotaUsage): Problem {
    return new Problem('daily_limit_reached', 'All messages of today are used.', {
      headers: {
        ...retryAfter(this.secondsToReset),
        ...this.headers(standing),
      },
      liftedBy: this.policy.variables[standing.tier],
      extra: {
        limit: this.limits[standing.tier],
        used: standing.used,
        resets_at: this.resetsAt.toISOString(),
        upgrade: standing.tier === 'basic' ? this.upgrade : null,
      },
    });
  }
}
