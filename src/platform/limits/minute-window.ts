import type { Config } from '../config/config.js';
import type { Tier } from '../config/tier.js';
import type { PolicyState } from './rate-limit-headers.js';
import { TierPolicy } from './tier-policy.js';

const MINUTE_SECONDS = 60;
/** Length of a window. */
export const MINUTE_MS = MINUTE_SECONDS * 1000;

/** A signed-in user's window of the running minute. */
export interface MinuteWindow {
  /** Ordinal of this request in the window. */
  hits: number;
  resetSeconds: number;
  policy: TierPolicy;
}

/** The variable that sets each tier's limit; Basic's also limits an address. */
export const MINUTE_VARIABLES = {
  basic: 'RATE_LIMIT_PER_MINUTE',
  pro: 'PRO_RATE_LIMIT_PER_MINUTE',
} as const;

/** Requests a minute of each tier. */
export const minutePolicy = ({ rateLimitPerMinute }: Pick<Config, 'rateLimitPerMinute'>): TierPolicy =>
  new TierPolicy('minute', MINUTE_SECONDS, rateLimitPerMinute, MINUTE_VARIABLES);

declare module 'fastify' {
  interface FastifyRequest {
    /** The user's minute; set by the rate limiter on signed-in routes. */
    minuteWindow?: MinuteWindow;
    /** States of the route's own limits ({@link Limit}). */
    routeLimits?: PolicyState[];
  }
}

/** State of the minute's limit for a user of this tier; null where the tier has no limit. */
export const minuteState = ({ hits, resetSeconds, policy }: MinuteWindow, tier: Tier): PolicyState | null =>
  policy.state(tier, hits, resetSeconds);
