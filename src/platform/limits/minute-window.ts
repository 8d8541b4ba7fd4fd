import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Tier } from '../config/tier.js';
import type { Problem } from '../problem/problem.js';
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
    /**
     * Set when the minute is used up and the request carries an Idempotency-Key on a route that honours one: a replay
     * is looked up before any limit (contract), so the request is let through (ten times the minute's limit), and **the route answers a replay or
     * throws the refusal**. It must do nothing else.
     */
    overRateLimit?: { retryAfterSeconds: number; refusal: Problem };
  }
}

/** Where the minute stands for a user of this tier; null where the tier has no limit. */
export function minutePolicy({ hits, resetSeconds, limits }: MinuteWindow, tier: Tier): PolicyState | null {
  const limit = limits[tier];
  return limit === null ? null : { limit, remaining: Math.max(0, limit - hits), resetSeconds };
}

/** What to throw unless the request is a replay; null while the minute is not used up. */
export const RateLimitRefusal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Problem | null =>
    context.switchToHttp().getRequest<FastifyRequest>().overRateLimit?.refusal ?? null,
);
