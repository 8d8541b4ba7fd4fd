import { Inject, Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import { ceilingCounters } from './sign-in-limits.js';
import { WindowsRepository, type WindowKey } from '../../platform/limits/windows.repository.js';
import {
  judgeSend,
  type Ceiling,
  type CeilingLimits,
  type CountName,
  type SendCounts,
} from './send-ceilings.js';

/** The decision of the send ceilings about one send. */
export interface CeilingOutcome {
  /** False: no SMS is sent; the answer stays the same. */
  send: boolean;
  /** The counters that were raised, to lower them when the job cannot be added. */
  charged: WindowKey[];
}

const UNLIMITED: CeilingOutcome = { send: true, charged: [] };
const BY_HOUR: readonly CountName[] = ['prefix'];
const BY_DAY: readonly CountName[] = ['network', 'block', 'repeats', 'all'];

/** Applies the send ceilings for numbers without an account (send-ceilings.ts), and logs an error when one is reached. */
@Injectable()
export class SendCeilings {
  private readonly logger = new Logger('SmsCeiling');
  private readonly limits: CeilingLimits;
  private readonly names: readonly CountName[];
  /** End of the window of each ceiling's last log line, epoch ms: one line per window and process. */
  private readonly alarmedUntilMs = new Map<Ceiling, number>();

  constructor(
    private readonly counters: WindowsRepository,
    private readonly keys: Keys,
    private readonly clock: Clock,
    @Inject(CONFIG) { otp }: Config,
  ) {
    this.limits = otp.sends;
    this.names = [
      ...(otp.sends.perPrefixPerHour === null ? [] : BY_HOUR),
      ...(otp.sends.perDay === null ? [] : BY_DAY),
    ];
  }

  /**
   * Judges one send at the end of its transaction. For a number with an account (`hasNoAccount` is false) it runs the same
   * statements on the same rows without changing them, so that timing does not tell them apart.
   */
  async admit(
    mobileNumber: string,
    address: string,
    hasNoAccount: boolean,
    manager: EntityManager,
  ): Promise<CeilingOutcome> {
    if (this.names.length === 0) return UNLIMITED;
    const byName = ceilingCounters(this.keys, mobileNumber, address);
    const counters = this.names.map((name) => byName[name]);
    const rows = await this.counters.lock(counters, this.clock.now(), manager);
    const verdict = judgeSend(countsOf(this.names, rows), this.limits);
    const charge = hasNoAccount && verdict.send ? verdict.charge : [];
    await this.counters.add(
      counters,
      this.names.map((name) => (charge.includes(name) ? 1 : 0)),
      manager,
    );
    if (hasNoAccount && !verdict.send) {
      const { windowEndsAt } = rows[this.names.indexOf(verdict.reached === 'day' ? 'all' : verdict.reached)]!;
      this.alarm(verdict.reached, windowEndsAt);
      return { send: false, charged: [] };
    }
    return { send: true, charged: counters.filter((_, at) => charge.includes(this.names[at]!)) };
  }

  private alarm(reached: Ceiling, until: Date): void {
    if ((this.alarmedUntilMs.get(reached) ?? 0) > this.clock.now().getTime()) return;
    this.alarmedUntilMs.set(reached, until.getTime());
    this.logger.error(`${this.words(reached)} This lasts until ${until.toISOString()}. ${WHAT_TO_DO}`);
  }

  private words(reached: Ceiling): string {
    const { perPrefixPerHour, perDay } = this.limits;
    switch (reached) {
      case 'prefix':
        return `OTP_SENDS_PER_PREFIX_PER_HOUR (${perPrefixPerHour}) is reached: no codes are sent to numbers of that prefix without an account.`;
      case 'repeats':
        return `half of OTP_SENDS_PER_DAY (${perDay}) is used by networks that send again and again: their codes to numbers without an account are not sent; a network’s first send of the day still is.`;
      case 'day':
        return `OTP_SENDS_PER_DAY (${perDay}) is reached: no code is sent to numbers without an account, so new users cannot sign up.`;
    }
  }
}

const WHAT_TO_DO =
  'Requests are still answered 202, and existing accounts are not affected. If these are real sign-ups, raise the variable and restart; if not (SMS pumping), narrow OTP_ALLOWED_COUNTRIES and lower OTP_SENDS_PER_IP_PER_HOUR.';

function countsOf(names: readonly CountName[], rows: { hits: number }[]): SendCounts {
  const counts: SendCounts = { prefix: 0, network: 0, block: 0, repeats: 0, all: 0 };
  for (const [at, name] of names.entries()) counts[name] = rows[at]!.hits;
  return counts;
}
