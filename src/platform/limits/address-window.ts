import { Inject, Injectable } from '@nestjs/common';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import { CONFIG, type Config } from '../config/config.js';
import { Problem } from '../problem/problem.js';
import { MINUTE_MS, MINUTE_VARIABLES } from './minute-window.js';
import { networkOf } from './network.js';
import { ThrottlerCounters, wholeSeconds } from './throttler-counters.js';

/** Limit of requests a minute per address: requests to open routes, and those with an invalid token. */
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
   * @throws Problem `rate_limited` beyond the limit
   */
  async admit(address: string): Promise<true> {
    if (this.limit === null) return true;
    const key = `a:${networkOf(address)}`;
    const { hits, endsInMs } = await this.counters.count(key, MINUTE_MS, this.limit);
    if (hits <= this.limit) return true;
    throw Problem.limited('rate_limited', wholeSeconds(endsInMs), { liftedBy: MINUTE_VARIABLES.basic });
  }
}
