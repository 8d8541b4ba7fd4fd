import type { Environment } from '../config/environment.js';
import type { Tier } from '../config/tier.js';
import type { PolicyState } from './rate-limit-headers.js';

/** One limit as each tier has it: how many in a window, and which variable sets it. */
export class TierPolicy {
  /** The lowest of all tiers: below it nobody has to be asked for a tier. Infinity: no tier has a limit. */
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

  /** Where the limit of this tier stands; null where it has none. */
  state(tier: Tier, used: number, resetSeconds: number): PolicyState | null {
    const limit = this.limits[tier];
    if (limit === null) return null;
    const { name, windowSeconds } = this;
    return { name, windowSeconds, limit, remaining: Math.max(0, limit - used), resetSeconds };
  }
}
