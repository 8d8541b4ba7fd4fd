import { Inject, Injectable } from '@nestjs/common';
import { InjectThrottlerStorage, normalizeIp } from '@nestjs/throttler';
import { CONFIG, type Config } from '../config/config.js';
import { Problem } from '../problem/problem.js';
import { MINUTE_MS, MINUTE_VARIABLES } from './minute-window.js';
import { ThrottlerCounters, wholeSeconds } from './throttler-counters.js';

/** One customer's network (RFC 6177): IPv6 addresses within it are free to whoever has one. */
const IPV6_PREFIX = 64;

/** Requests a minute of one address: those to open routes, and those with a token that is not valid. */
@Injectable()
export class AddressWindow {
  private readonly limit: number | null;

  constructor(
    @InjectThrottlerStorage() private readonly counters: ThrottlerCounters,
    @Inject(CONFIG) { rateLimitPerMinute }: Config,
  ) {
    this.limit = rateLimitPerMinute.basic;
  }

  /**
   * Counts one request.
   * @throws Problem `rate_limited` past the limit
   */
  async admit(address: string): Promise<true> {
    if (this.limit === null) return true;
    const key = `a:${normalizeIp(address, IPV6_PREFIX)}`;
    const { hits, endsInMs } = await this.counters.count(key, MINUTE_MS, this.limit);
    if (hits <= this.limit) return true;
    throw Problem.limited('rate_limited', wholeSeconds(endsInMs), { liftedBy: MINUTE_VARIABLES.basic });
  }
}
