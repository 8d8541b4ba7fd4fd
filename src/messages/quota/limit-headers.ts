import type { FastifyRequest } from 'fastify';
import { minuteState } from '../../platform/limits/minute-window.js';
import { rateLimitHeaders } from '../../platform/limits/rate-limit-headers.js';
import type { DailyLimit, Standing } from './daily-limit.js';

/** `RateLimit` and `RateLimit-Policy` of the day, the minute, and the route where it has limits of its own. */
export function limitHeaders(
  { minuteWindow, routeLimits = [] }: FastifyRequest,
  limit: DailyLimit,
  standing: Standing,
): Record<string, string> {
  return rateLimitHeaders([
    limit.state(standing),
    minuteWindow ? minuteState(minuteWindow, standing.tier) : null,
    ...routeLimits,
  ]);
}
