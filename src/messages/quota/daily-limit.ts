import type { Tier } from '../../platform/config/tier.js';
import { Problem, retryAfter } from '../../platform/problem/problem.js';
import type { PolicyState } from '../../platform/limits/rate-limit-headers.js';
import type { Day } from './quota-day.js';

/** The variable that sets a tier's limit. */
const DAY_VARIABLES = {
  basic: 'BASIC_DAILY_LIMIT',
  pro: 'PRO_DAILY_LIMIT',
} as const satisfies Record<Tier, string>;

/** Where a user stands on a day, as the database said it. */
export interface Standing {
  tier: Tier;
  used: number;
}

/** The day's rule for whoever asks: what each tier may send and when it starts anew. It decides nothing: the send statement does. */
export class DailyLimit {
  constructor(
    readonly day: Day,
    readonly resetsAt: Date,
    private readonly now: Date,
    /** Messages a day; null: unlimited. */
    readonly limits: Record<Tier, number | null>,
    /** The route that lifts the limit of who has the lower tier; null where nobody can pay. */
    private readonly upgrade: string | null,
  ) {}

  /** Seconds until the day's count starts anew. */
  get secondsToReset(): number {
    return Math.max(1, Math.ceil((this.resetsAt.getTime() - this.now.getTime()) / 1000));
  }

  remaining(standing: Standing): number | null {
    return this.policy(standing)?.remaining ?? null;
  }

  /** Where the day stands; null: unlimited. */
  policy({ tier, used }: Standing): PolicyState | null {
    const limit = this.limits[tier];
    if (limit === null) return null;
    return { limit, remaining: Math.max(0, limit - used), resetSeconds: this.secondsToReset };
  }

  /** The 429 of a used-up day. */
  refusal(standing: Standing, limitHeaders: Record<string, string>): Problem {
    return new Problem('daily_limit_reached', 'All messages of today are used.', {
      headers: {
        ...retryAfter(this.secondsToReset),
        ...limitHeaders,
      },
      liftedBy: DAY_VARIABLES[standing.tier],
      extra: {
        limit: this.limits[standing.tier],
        used: standing.used,
        resets_at: this.resetsAt.toISOString(),
        upgrade: standing.tier === 'basic' ? this.upgrade : null,
      },
    });
  }
}
