import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import type { Environment } from '../config/environment.js';
import type { Tier } from '../config/tier.js';
import { Keys } from '../crypto/keys.js';
import { Problem, type LimitCode } from '../problem/problem.js';
import { MobileNumbersService } from '../sms/mobile-numbers.service.js';
import { keyOf, type KeyOf } from './limit-key.js';
import { WINDOW_SECONDS, type LimitOptions } from './limit.decorator.js';
import { rateLimitHeaders, type PolicyState } from './rate-limit-headers.js';
import { TierPolicy } from './tier-policy.js';
import { LimitReached, type WindowLimit } from './windows.repository.js';
import { WindowLimits } from './windows.service.js';

/** A route's limit as this process applies it. */
export interface RouteLimit {
  policy: TierPolicy;
  code: LimitCode;
  keyOf: KeyOf;
}

/** Applies the limits that routes declare with `@Limit`. */
@Injectable()
export class RouteLimits {
  constructor(
    private readonly windows: WindowLimits,
    private readonly numbers: MobileNumbersService,
    private readonly keys: Keys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws Error for a limit by user on an open route */
  compile(options: LimitOptions, context: ExecutionContext, isOpen: boolean): RouteLimit {
    const { name, max, per, by, code = 'rate_limited', liftedBy } = options;
    if (by === 'user' && isOpen)
      throw new Error(
        `@Limit ${name}: ${context.getHandler().name} is open: a limit by user needs a signed-in route`,
      );
    const limits = typeof max === 'function' ? max(this.config) : max;
    return {
      policy: new TierPolicy(
        name,
        typeof per === 'string' ? WINDOW_SECONDS[per] : per.seconds,
        eachTier(limits),
        eachTier(liftedBy),
      ),
      code,
      keyOf: keyOf(by, context, (text) => this.numbers.read(text)),
    };
  }

  /**
   * Counts a request in every limit, or in none.
   * @returns the state of each limit
   * @throws Problem with the code of the limit that is reached
   */
  async take(limits: readonly RouteLimit[], request: FastifyRequest, tier: Tier): Promise<PolicyState[]> {
    const counted = limits.filter(({ policy }) => policy.limits[tier] !== null);
    const windows = counted.map((limit) => this.windowOf(limit, request, tier));
    try {
      const states = await this.windows.take(windows);
      return states.map(({ hits, windowEndsAt }, at) =>
        counted[at]!.policy.state(tier, hits, this.wholeSecondsUntil(windowEndsAt)),
      ) as PolicyState[];
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      throw this.refusal(counted[windows.indexOf(error.limit)]!, error.endsAt, request, tier);
    }
  }

  private windowOf({ policy, keyOf }: RouteLimit, request: FastifyRequest, tier: Tier): WindowLimit {
    const scope = `route:${policy.name}`;
    return {
      scope,
      key: this.keys.hmac('number-hash', `${scope}\0${keyOf(request)}`),
      windowSeconds: policy.windowSeconds,
      max: policy.of(tier),
    };
  }

  private refusal({ policy, code }: RouteLimit, endsAt: Date, request: FastifyRequest, tier: Tier): Problem {
    const seconds = this.wholeSecondsUntil(endsAt);
    const state = policy.state(tier, policy.of(tier), seconds);
    return Problem.limited(code, seconds, {
      // No headers on open routes: an anonymous caller has no policy of their own.
      headers: request.principal ? rateLimitHeaders([state]) : {},
      liftedBy: policy.variables[tier],
    });
  }

  private wholeSecondsUntil(moment: Date): number {
    return Math.max(1, Math.ceil(this.windows.secondsUntil(moment)));
  }
}

/** One value for all tiers, or one each. */
function eachTier<T extends number | null>(value: T | Readonly<Record<Tier, T>>): Record<Tier, T>;
function eachTier(
  value: keyof Environment | Readonly<Record<Tier, keyof Environment>> | undefined,
): Partial<Record<Tier, keyof Environment>>;
function eachTier<T>(value: T | Readonly<Record<Tier, T>>): Record<Tier, T> {
  return typeof value === 'object' && value !== null
    ? (value as Record<Tier, T>)
    : { basic: value, pro: value };
}
