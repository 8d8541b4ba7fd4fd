import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { InjectThrottlerStorage, normalizeIp } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import type { Tier } from '../config/tier.js';
import { HONOURS_IDEMPOTENCY_KEY } from '../openapi/operation.decorator.js';
import { IS_PUBLIC } from '../http/principal.js';
import { Problem, retryAfter } from '../http/problem.js';
import { MINUTE_MS, minutePolicy, type MinuteWindow } from './minute-window.js';
import { NO_RATE_LIMIT } from './no-rate-limit.decorator.js';
import { rateLimitHeaders } from './rate-limit-headers.js';
import type { Count } from './request-counters.js';
import { ThrottlerCounters, wholeSeconds } from './throttler-counters.js';
import { TierLookups } from './tier-lookups.js';
import { TierSource } from './tier-source.js';

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
 * A guard of our own on the throttler's module: its own reads seven decorators, hashes a key and writes three headers a
 * request, which costs more than the whole count does.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly tiers: TierLookups;
  private readonly rules = new Map<unknown, Rule>();
  private readonly limits: Record<Tier, number>;
  private readonly least: number;

  constructor(
    @InjectThrottlerStorage() private readonly counters: ThrottlerCounters,
    private readonly reflector: Reflector,
    @Inject(CONFIG) config: Config,
    tiers: TierSource,
  ) {
    this.tiers = new TierLookups(tiers);
    this.limits = config.rateLimitPerMinute;
    this.least = Math.min(this.limits.basic, this.limits.pro);
  }

  /** Without a promise for a user who was counted in advance. @throws Problem `rate_limited` */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.ruleOf(context);
    if (rule.exempt) return true;
    const request = context.getArgByIndex<FastifyRequest>(0);
    const { principal } = request;
    if (principal === undefined || rule.open) return this.admitAddress(request.ip);
    const key = `u:${principal.userId}`;
    const inAdvance = this.counters.take(key);
    if (inAdvance) return this.admitUser(request, rule, inAdvance);
    return this.counters
      .count(key, MINUTE_MS, this.least)
      .then((count) => this.admitUser(request, rule, count));
  }

  private async admitAddress(address: string): Promise<boolean> {
    const key = `a:${normalizeIp(address, IPV6_PREFIX)}`;
    const { hits, endsInMs } = await this.counters.count(key, MINUTE_MS, this.least);
    if (hits > this.limits.basic) throw Problem.limited('rate_limited', wholeSeconds(endsInMs));
    return true;
  }

  private admitUser(
    request: FastifyRequest,
    rule: Rule,
    { hits, endsInMs }: Count,
  ): boolean | Promise<boolean> {
    request.minuteWindow = { hits, resetSeconds: wholeSeconds(endsInMs), limits: this.limits };
    return hits <= this.least || this.admitAboveLeast(request, rule, request.minuteWindow);
  }

  private async admitAboveLeast(request: FastifyRequest, rule: Rule, window: MinuteWindow): Promise<boolean> {
    const refusal = await this.refusal(window, request.principal!.userId);
    if (!refusal) return true;
    if (!rule.honoursIdempotencyKey || request.headers['idempotency-key'] === undefined) throw refusal;
    request.overRateLimit = { retryAfterSeconds: window.resetSeconds, refusal };
    return true;
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
