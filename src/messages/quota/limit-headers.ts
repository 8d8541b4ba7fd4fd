import type { FastifyRequest } from 'fastify';
import { minutePolicy } from '../../platform/limits/minute-window.js';
import { rateLimitHeaders } from '../../platform/limits/rate-limit-headers.js';
import type { DailyLimit, Standing } from './daily-limit.js';

/** `RateLimit` and `RateLimit-Policy` of the day and the minute. */
export function limitHeaders(
  { minuteWindow }: FastifyRequest,
  limit: DailyLimit,
  standing: Standing,
): Record<string, string> {
  return rateLimitHeaders({
    daily: limit.policy(standing),
    minute: minuteWindow ? minutePolicy(minuteWindow, standing.tier) : null,
  });
}
