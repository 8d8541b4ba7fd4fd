import type { FastifyRequest } from 'fastify';
import { minutePolicy } from '../platform/rate-limit/minute-window.js';
import { rateLimitHeaders, type PolicyState } from '../platform/rate-limit/rate-limit-headers.js';
import type { DailyLimit, Standing } from './daily-limit.js';

/** `RateLimit` and `RateLimit-Policy` of the day and the minute, for whoever is signed in. */
export function limitHeaders(
  request: FastifyRequest,
  limit: DailyLimit,
  standing: Standing,
): Record<string, string> {
  const { minuteWindow } = request;
  return rateLimitHeaders({
    daily: dailyPolicy(limit, standing),
    minute: minuteWindow ? minutePolicy(minuteWindow, standing.tier) : null,
  });
}

function dailyPolicy(limit: DailyLimit, standing: Standing): PolicyState | null {
  const daily = limit.limits[standing.tier];
  if (daily === null) return null;
  return { limit: daily, remaining: limit.remaining(standing)!, resetSeconds: limit.secondsToReset };
}
