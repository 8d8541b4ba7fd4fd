import type { Tier } from '../platform/config/tier.js';

/** A tier and its end. */
export interface TierUntil {
  tier: Tier;
  /** Null: no end. */
  endsAt: Date | null;
}
