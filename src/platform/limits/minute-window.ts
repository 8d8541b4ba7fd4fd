import type { Tier } from '../config/tier.js';
import type { PolicyState } from './rate-limit-headers.js';

/** How long a window is open. */
export const MINUTE_MS = 60_000;

/** A signed-in user's requests of the running minute. */
export interface MinuteWindow {
  /** This request's number in the window. */
  hits: number;
  resetSeconds: number;
  /** Requests a minute of each tier; null: no limit. */
  limits: Record<Tier, number | null>;
}

/** The variable that sets a tier's limit; Basic's is that of an address, too. */
export const MINUTE_VARIABLES = {
  basic: 'RATE_LIMIT_PER_MINUTE',
  pro: 'PRO_RATE_LIMIT_PER_MINUTE',
} as const satisfies Record<Tier, string>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the rate limiter on signed-in routes. */
    minuteWindow?: MinuteWindow;
  }
}

/** Where the minute stands for a user of this tier; null where the tier has no limit. */
export function minutePolicy({ hits, resetSeconds, limits }: MinuteWindow, tier: Tier): PolicyState | null {
  const limit = limits[tier];
  return limit === null ? null : { limit, remaining: Math.max(0, limit - hits), resetSeconds };
}
