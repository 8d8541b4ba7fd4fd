import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  normalizeIp,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import type { Tier } from '../config/tier.js';
import { HONOURS_IDEMPOTENCY_KEY } from '../http/operation.decorator.js';
import { IS_PUBLIC } from '../http/principal.js';
import { Problem, retryAfter } from '../http/problem.js';
import { minutePolicy, type MinuteWindow } from './minute-window.js';
import { NO_RATE_LIMIT } from './no-rate-limit.decorator.js';
import { rateLimitHeaders } from './rate-limit-headers.js';
import { TierLookups } from './tier-lookups.js';
import { TierSource } from './tier-source.js';

const WINDOW_MS = 60_000;
/** One customer's network (RFC 6177): IPv6 addresses within it are free to whoever has one. */
const IPV6_PREFIX = 64;

/** What a route's decorators say, read once. */
interface Rule {
  exempt: boolean;
  open: boolean;
  honoursIdempotencyKey: boolean;
}

/**
 * Requests a minute: of a user on signed-in routes (after the JWT guard), of an address on open ones. A user's tier is
 * asked for only past the lower tier's limit.
 *
 * `canActivate` replaces the throttler's: reading seven decorators, hashing a key and writing three headers a request
 * cost more than the whole count does.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  private readonly tiers: TierLookups;
  private readonly rules = new Map<unknown, Rule>();
  private readonly limits: Record<Tier, number>;
  private readonly least: number;

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    @Inject(CONFIG) config: Config,
    tiers: TierSource,
  ) {
    super(options, storage, reflector);
    this.tiers = new TierLookups(tiers);
    this.limits = config.rateLimitPerMinute;
    this.least = Math.min(this.limits.basic, this.limits.pro);
  }

  /** @throws Problem `rate_limited` */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.ruleOf(context);
    if (rule.exempt) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = request;
    if (principal === undefined || rule.open) {
      const { totalHits, timeToExpire } = await this.count(`a:${normalizeIp(request.ip, IPV6_PREFIX)}`);
      if (totalHits > this.limits.basic) throw Problem.limited('rate_limited', timeToExpire);
      return true;
    }
    const { totalHits, timeToExpire } = await this.count(`u:${principal.userId}`);
    const window = { hits: totalHits, resetSeconds: timeToExpire, limits: this.limits };
    request.minuteWindow = window;
    if (totalHits <= this.least) return true;
    const refusal = await this.refusal(window, principal.userId);
    if (!refusal) return true;
    if (!rule.honoursIdempotencyKey || request.headers['idempotency-key'] === undefined) throw refusal;
    request.overRateLimit = { retryAfterSeconds: timeToExpire, refusal };
    return true;
  }

  private count(key: string) {
    return this.storageService.increment(key, WINDOW_MS, this.least, WINDOW_MS, 'minute');
  }

  /** The 429 of whoever has a limit below this window's hits, by tier. */
  private async refusal(window: MinuteWindow, userId: string): Promise<Problem | null> {
    const tier = await this.tiers.tierOf(userId);
    if (window.hits <= this.limits[tier]) return null;
    return new Problem('rate_limited', undefined, {
      headers: {
        ...retryAfter(window.resetSeconds),
        ...rateLimitHeaders({ daily: null, minute: minutePolicy(window, tier) }),
      },
    });
  }

  private ruleOf(context: ExecutionContext): Rule {
    const handler = context.getHandler();
    let rule = this.rules.get(handler);
    if (!rule) {
      const targets = [handler, context.getClass()];
      const says = (key: string) => this.reflector.getAllAndOverride<true | undefined>(key, targets) ?? false;
      rule = {
        exempt: says(NO_RATE_LIMIT),
        open: says(IS_PUBLIC),
        honoursIdempotencyKey: says(HONOURS_IDEMPOTENCY_KEY),
      };
      this.rules.set(handler, rule);
    }
    return rule;
  }
}
