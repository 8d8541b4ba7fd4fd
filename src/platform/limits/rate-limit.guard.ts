import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import type { Tier } from '../config/tier.js';
import { HONOURS_IDEMPOTENCY_KEY } from '../openapi/operation.decorator.js';
import { idempotencyOf } from '../idempotency/idempotency.js';
import { IdempotencyKeys } from '../idempotency/idempotency-keys.service.js';
import { isLocalPeer } from '../http/local-peer.js';
import { IS_PUBLIC } from '../http/principal.js';
import { Problem } from '../problem/problem.js';
import { AddressWindow } from './address-window.js';
import { MINUTE_MS, MINUTE_VARIABLES, minutePolicy, type MinuteWindow } from './minute-window.js';
import { NO_RATE_LIMIT, NO_RATE_LIMIT_FOR_LOCAL_PEER } from './no-rate-limit.decorator.js';
import { rateLimitHeaders } from './rate-limit-headers.js';
import type { Count } from './request-counters.js';
import { ThrottlerCounters, wholeSeconds } from './throttler-counters.js';
import { TierLookups } from './tier-lookups.js';
import { TierSource } from './tier-source.js';

/**
 * Replays that are answered in a minute, for each request that the minute's limit allows (contract). A client that
 * repeats a request ten times has met an outage; one that repeats it a hundred times has a fault.
 */
const REPLAYS_PER_REQUEST = 10;

/** What a route's decorators say, read once. */
interface Rule {
  exempt: boolean;
  exemptForLocalPeer: boolean;
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
  private readonly limits: Record<Tier, number | null>;
  /** The lower tier's limit: nobody below it has to be asked for a tier. Infinity: no tier has a limit. */
  private readonly least: number;

  constructor(
    @InjectThrottlerStorage() private readonly counters: ThrottlerCounters,
    private readonly addresses: AddressWindow,
    private readonly keys: IdempotencyKeys,
    private readonly reflector: Reflector,
    @Inject(CONFIG) config: Config,
    tiers: TierSource,
  ) {
    this.tiers = new TierLookups(tiers);
    this.limits = config.rateLimitPerMinute;
    this.least = Math.min(this.limits.basic ?? Infinity, this.limits.pro ?? Infinity);
  }

  /** Without a promise for a user who was counted in advance. @throws Problem `rate_limited` */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.ruleOf(context);
    if (rule.exempt) return true;
    const request = context.getArgByIndex<FastifyRequest>(0);
    const { principal } = request;
    if (rule.exemptForLocalPeer && isLocalPeer(request)) return true;
    if (principal === undefined || rule.open) return this.addresses.admit(request.ip);
    if (this.least === Infinity) return true;
    const key = `u:${principal.userId}`;
    const inAdvance = this.counters.take(key);
    if (inAdvance) return this.admitUser(request, rule, inAdvance);
    return this.counters
      .count(key, MINUTE_MS, this.least)
      .then((count) => this.admitUser(request, rule, count));
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
    const { userId } = request.principal!;
    const tier = await this.tiers.tierOf(userId);
    if (window.hits <= (this.limits[tier] ?? Infinity)) return true;
    const refusal = refusalOf(window, tier);
    if (await this.isReplay(request, rule, tier)) return true;
    throw refusal;
  }

  /**
   * A replay is answered past the limit (contract). It is looked up here and only now, so that no route can forget it
   * and a request within its limit pays nothing for it.
   */
  private async isReplay(request: FastifyRequest, rule: Rule, tier: Tier): Promise<boolean> {
    if (!rule.honoursIdempotencyKey || request.headers['idempotency-key'] === undefined) return false;
    const { userId } = request.principal!;
    if (!(await this.mayBeLookedUp(userId, tier))) return false;
    return this.keys.isReplay(userId, idempotencyOf(request)!);
  }

  /**
   * Looking a key up costs a statement, whether it is known or new. Both are counted, in a window of their own, so that
   * other requests cannot use it up.
   */
  private async mayBeLookedUp(userId: string, tier: Tier): Promise<boolean> {
    const key = `r:${userId}`;
    const { hits } = this.counters.take(key) ?? (await this.counters.count(key, MINUTE_MS, this.least));
    return hits <= (this.limits[tier] ?? Infinity) * REPLAYS_PER_REQUEST;
  }

  private ruleOf(context: ExecutionContext): Rule {
    const handler = context.getHandler();
    let rule = this.rules.get(handler);
    if (!rule) {
      const targets = [handler, context.getClass()];
      const says = (key: string) => this.reflector.getAllAndOverride<true | undefined>(key, targets) ?? false;
      rule = {
        exempt: says(NO_RATE_LIMIT),
        exemptForLocalPeer: says(NO_RATE_LIMIT_FOR_LOCAL_PEER),
        open: says(IS_PUBLIC),
        honoursIdempotencyKey: says(HONOURS_IDEMPOTENCY_KEY),
      };
      this.rules.set(handler, rule);
    }
    return rule;
  }
}

/** The 429 of a user of this tier. */
const refusalOf = (window: MinuteWindow, tier: Tier): Problem =>
  Problem.limited('rate_limited', window.resetSeconds, {
    headers: rateLimitHeaders({ daily: null, minute: minutePolicy(window, tier) }),
    liftedBy: MINUTE_VARIABLES[tier],
  });
