import {
  createParamDecorator,
  Inject,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DailyLimit, dailyPolicy, type OtherLimits } from './daily-limit.js';
import type { TierPolicy } from '../../platform/limits/tier-policy.js';
import { nextDayStart, quotaDay, type Day } from './quota-day.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the {@link DailyMessageLimitGuard}. */
    dailyLimit?: DailyLimit;
  }
}

/**
 * Attaches the daily limit to the request, without reading usage. A guard that read it would refuse the replay of the last
 * allowed message and cost a round trip; the send statement decides anyway.
 */
@Injectable()
export class DailyMessageLimitGuard implements CanActivate {
  /** Cached until the day ends: finding the end costs 40 µs. */
  private today: { day: Day; resetsAt: Date } | null = null;
  private readonly policy: TierPolicy;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {
    this.policy = dailyPolicy(config.quota.dailyLimit);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { minuteWindow = null, routeLimits = [] } = request;
    request.dailyLimit = this.limitNow({ minute: minuteWindow, route: routeLimits });
    return true;
  }

  /** The daily limit at this moment. */
  limitNow(otherLimits?: OtherLimits): DailyLimit {
    const now = this.clock.now();
    const { timeZone } = this.config.quota;
    if (!this.today || now >= this.today.resetsAt)
      this.today = { day: quotaDay(now, timeZone), resetsAt: nextDayStart(now, timeZone) };
    const upgrade = this.config.billing.on ? '/subscribe/pro' : null;
    return new DailyLimit(this.today.day, this.today.resetsAt, now, this.policy, upgrade, otherLimits);
  }
}

/** The {@link DailyLimit} of the request, on routes with the {@link DailyMessageLimitGuard}. */
export const DailyMessageLimit = createParamDecorator((_: unknown, context: ExecutionContext): DailyLimit => {
  const { dailyLimit } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!dailyLimit) throw new Error('@DailyMessageLimit() on a route without the DailyMessageLimitGuard');
  return dailyLimit;
});
