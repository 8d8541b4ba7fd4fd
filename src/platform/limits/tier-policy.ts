import type { Environment } from '../config/environment.js';
import type { Tier } from '../config/tier.js';
import type { PolicyState } from './rate-limit-headers.js';

/** One limit for each tier: how many in a window, and the variable that sets it. */
export class TierPolicy {
  /** The lowest limit of all tiers: below it no tier has to be looked up. Infinity: no tier has a limit. */
  readonly least: number;

  /** @param limits null: no limit */
  constructor(
    readonly name: string,
    readonly windowSeconds: number,
    readonly limits: Readonly<Record<Tier, number | null>>,
    readonly variables: Readonly<Partial<Record<Tier, keyof Environment>>> = {},
  ) {
    this.least = Math.min(limits.basic ?? Infinity, limits.pro ?? Infinity);
  }

  /** Infinity: no limit. */
  of(tier: Tier): number {
    return this.limits[tier] ?? Infinity;
  }

  /** The state of this tier's limit; null where it has none. */
  state(tier: Tier, used: number, resetSeconds: number): PolicyState | null {
    const limit = this.limits[tier];
    if (limit === null) return null;
    const { name, windowSeconds } = this;
    return { name, windowSeconds, limit, remaining: Math.max(0, limit - used), resetSeconds };
  }
}
