import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import type { Tier } from '../config/tier.js';
import { idempotencyOf } from '../idempotency/idempotency.js';
import { IdempotencyKeys } from '../idempotency/idempotency-keys.service.js';
import { HONOURS_IDEMPOTENCY_KEY } from '../openapi/operation.decorator.js';
import { isLocalPeer } from '../http/edge/local-peer.js';
import { IS_PUBLIC } from '../http/principal.js';
import { Problem } from '../problem/problem.js';
import { AddressWindow } from './address-window.js';
import { LIMITS, type LimitOptions } from './limit.decorator.js';
import { MINUTE_MS, minutePolicy, minuteState, type MinuteWindow } from './minute-window.js';
import { NO_RATE_LIMIT, NO_RATE_LIMIT_FOR_LOCAL_PEER } from './no-rate-limit.decorator.js';
import { rateLimitHeaders } from './rate-limit-headers.js';
import type { Count } from './request-counters.js';
import { RouteLimits, type RouteLimit } from './route-limits.js';
import { ThrottlerCounters, wholeSeconds } from './throttler-counters.js';
import { TierLookups } from './tier-lookups.js';
import type { TierPolicy } from './tier-policy.js';
import { TierSource } from './tier-source.js';

/**
 * Replays that are answered in a minute, per request that the minute's limit allows. Ten repeats of a request are
 * usual in an outage; a hundred are a bug of the client.
 */
const REPLAYS_PER_REQUEST = 10;

/** The settings of a route, read from its decorators once. */
interface Rule {
  exempt: boolean;
  exemptForLocalPeer: boolean;
  open: boolean;
  honoursIdempotencyKey: boolean;
  /** Limits of the route itself, in addition to the minute's. */
  limits: RouteLimit[];
}

/**
 * Applies the limit of requests a minute (per user on signed-in routes, per address on open ones), then the limits that
 * the route declares with `@Limit`. A user's tier is looked up only beyond the lower tier's limit. A replay of an
 * Idempotency-Key is refused only beyond ten times the minute's limit.
 *
 * A guard of our own on the throttler's module: the module's guard reads seven decorators, hashes a key and writes
 * three headers a request, which costs more than the count. `@Throttle` and `@SkipThrottle` therefore do nothing, and
 * the linter refuses them.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly tiers: TierLookups;
  private readonly rules = new Map<unknown, Rule>();
  private readonly minute: TierPolicy;

  constructor(
    @InjectThrottlerStorage() private readonly counters: ThrottlerCounters,
    private readonly addresses: AddressWindow,
    private readonly routeLimits: RouteLimits,
    private readonly keys: IdempotencyKeys,
    private readonly reflector: Reflector,
    @Inject(CONFIG) config: Config,
    tiers: TierSource,
  ) {
    this.tiers = new TierLookups(tiers);
    this.minute = minutePolicy(config);
  }

  /** Returns without a promise for a user with a leased hit. @throws Problem of the limit that is reached */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.ruleOf(context);
    const request = context.getArgByIndex<FastifyRequest>(0);
    if (rule.limits.length > 0) return this.admitLimited(context, rule, request);
    const refusal = this.countMinute(rule, request);
    if (refusal === null) return true;
    return refusal.then((problem) => problem === null || this.admitReplay(rule, request, problem));
  }

  private async admitLimited(
    context: ExecutionContext,
    rule: Rule,
    request: FastifyRequest,
  ): Promise<boolean> {
    const refusal = await this.countMinute(rule, request);
    if (refusal) return this.admitReplay(rule, request, refusal);
    try {
      const tier = await this.tierFor(rule, request);
      const states = await this.routeLimits.take(rule.limits, request, tier);
      if (!request.principal) return true;
      request.routeLimits = states;
      context.getArgByIndex<FastifyReply>(1).headers(rateLimitHeaders(states));
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return this.admitReplay(rule, request, error);
    }
  }

  /** The user's tier, looked up only where a limit of the route differs by tier. */
  private async tierFor({ limits }: Rule, { principal }: FastifyRequest): Promise<Tier> {
    const depends = limits.some(
      ({
        policy: {
          limits: { basic, pro },
        },
      }) => basic !== pro,
    );
    return depends && principal ? this.tiers.tierOf(principal.userId) : 'basic';
  }

  /** @returns null, or a promise of the refusal or null; on an open route the promise rejects instead */
  private countMinute(rule: Rule, request: FastifyRequest): null | Promise<Problem | null> {
    if (rule.exempt || (rule.exemptForLocalPeer && isLocalPeer(request))) return null;
    const { principal } = request;
    if (principal === undefined || rule.open) return this.addresses.admit(request.ip).then(() => null);
    if (this.minute.least === Infinity) return null;
    const key = `u:${principal.userId}`;
    const counted = this.counters.count(key, MINUTE_MS, this.minute.least);
    if (!(counted instanceof Promise)) return this.judgeMinute(request, counted);
    return counted.then((count) => this.judgeMinute(request, count));
  }

  private judgeMinute(request: FastifyRequest, { hits, endsInMs }: Count): null | Promise<Problem | null> {
    request.minuteWindow = { hits, resetSeconds: wholeSeconds(endsInMs), policy: this.minute };
    return hits <= this.minute.least ? null : this.judgeAboveLeast(request, request.minuteWindow);
  }

  private async judgeAboveLeast(
    { principal }: FastifyRequest,
    window: MinuteWindow,
  ): Promise<Problem | null> {
    const tier = await this.tiers.tierOf(principal!.userId);
    return window.hits <= this.minute.of(tier) ? null : refusalOf(window, tier);
  }

  /**
   * Answers a replay beyond every limit. The key is looked up here, so that no route can forget it, and only
   * after a refusal, so that a request within its limits pays nothing.
   * @throws the refusal when the request is no replay
   */
  private async admitReplay(rule: Rule, request: FastifyRequest, refusal: Problem): Promise<true> {
    const { principal } = request;
    if (!principal || !rule.honoursIdempotencyKey || request.headers['idempotency-key'] === undefined)
      throw refusal;
    if (!(await this.mayBeLookedUp(principal.userId))) throw refusal;
    if (!(await this.keys.isReplay(principal.userId, idempotencyOf(request)!))) throw refusal;
    return true;
  }

  /**
   * Each lookup costs a statement, for known and for new keys. Lookups are counted in a window of their own, so that
   * other requests cannot use it up.
   */
  private async mayBeLookedUp(userId: string): Promise<boolean> {
    const { least } = this.minute;
    if (least === Infinity) return true;
    const key = `r:${userId}`;
    const { hits } = await this.counters.count(key, MINUTE_MS, least);
    if (hits <= least * REPLAYS_PER_REQUEST) return true;
    return hits <= this.minute.of(await this.tiers.tierOf(userId)) * REPLAYS_PER_REQUEST;
  }

  private ruleOf(context: ExecutionContext): Rule {
    const handler = context.getHandler();
    let rule = this.rules.get(handler);
    if (!rule) {
      const targets = [handler, context.getClass()];
      const says = (key: string) => this.reflector.getAllAndOverride<true | undefined>(key, targets) ?? false;
      const open = says(IS_PUBLIC);
      const limits = this.reflector.get<LimitOptions[] | undefined>(LIMITS, handler) ?? [];
      rule = {
        exempt: says(NO_RATE_LIMIT),
        exemptForLocalPeer: says(NO_RATE_LIMIT_FOR_LOCAL_PEER),
        open,
        honoursIdempotencyKey: says(HONOURS_IDEMPOTENCY_KEY),
        limits: limits.map((options) => this.routeLimits.compile(options, context, open)),
      };
      this.rules.set(handler, rule);
    }
    return rule;
  }
}

/** The 429 for a user of this tier. */
const refusalOf = (window: MinuteWindow, tier: Tier): Problem =>
  Problem.limited('rate_limited', window.resetSeconds, {
    headers: rateLimitHeaders([minuteState(window, tier)]),
    liftedBy: window.policy.variables[tier],
  });
