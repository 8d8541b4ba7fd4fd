import type { FastifyRequest } from 'fastify';
import type { DailyLimit, Standing } from './daily-limit.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the rate limiter when only an idempotent replay may still be answered. */
    overRateLimit?: { retryAfterSeconds: number };
  }
}

/** `RateLimit` and `RateLimit-Policy` of the day and the minute. */
export function limitHeaders(
  _request: FastifyRequest,
  _limit: DailyLimit,
  _standing: Standing,
): Record<string, string> {
  return {};
}
