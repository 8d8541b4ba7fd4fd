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

/** What the ceilings say to one send. */
export interface CeilingOutcome {
  /** False: the answer is as ever, and nothing is sent. */
  send: boolean;
  /** What was counted, to be given back when nothing could be sent. */
  charged: WindowKey[];
}

const UNLIMITED: CeilingOutcome = { send: true, charged: [] };
const BY_HOUR: readonly CountName[] = ['prefix'];
const BY_DAY: readonly CountName[] = ['network', 'block', 'repeats', 'all'];

/** Keeps the ceilings on sends to numbers without an account (send-ceilings.ts), and raises the alarm when one is reached. */
@Injectable()
export class SendCeilings {
  private readonly logger = new Logger('SmsCeiling');
  private readonly limits: CeilingLimits;
  private readonly names: readonly CountName[];
  /** Until when there has been an alarm, epoch ms: one line a window and process, however many requests. */
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
   * Judges one send at the end of its transaction. A number that the ceilings are not for (`isStrange` is false) costs the
   * same statements on the same rows, which stay as they are: how long it takes tells nothing.
   */
  async admit(
    mobileNumber: string,
    address: string,
    isStrange: boolean,
    manager: EntityManager,
  ): Promise<CeilingOutcome> {
    if (this.names.length === 0) return UNLIMITED;
    const byName = ceilingCounters(this.keys, mobileNumber, address);
    const counters = this.names.map((name) => byName[name]);
    const rows = await this.counters.lock(counters, this.clock.now(), manager);
    const verdict = judgeSend(countsOf(this.names, rows), this.limits);
    const charge = isStrange && verdict.send ? verdict.charge : [];
    await this.counters.add(
      counters,
      this.names.map((name) => (charge.includes(name) ? 1 : 0)),
      manager,
    );
    if (isStrange && !verdict.send) {
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
        return `OTP_SENDS_PER_PREFIX_PER_HOUR (${perPrefixPerHour}) is reached: codes to numbers without an account that begin alike are not sent.`;
      case 'repeats':
        return `half of OTP_SENDS_PER_DAY (${perDay}) is used by networks that send again and again: they are sent no more codes to numbers without an account, networks that have sent none today still are.`;
      case 'day':
        return `OTP_SENDS_PER_DAY (${perDay}) is reached: no code is sent to a number without an account, so nobody can sign up.`;
    }
  }
}

const WHAT_TO_DO =
  'Requests are answered 202 as ever, and people with an account are not affected. If these are real sign-ups, raise the variable and restart; if not (SMS pumping), narrow OTP_ALLOWED_COUNTRIES and lower OTP_SENDS_PER_IP_PER_HOUR.';

function countsOf(names: readonly CountName[], rows: { hits: number }[]): SendCounts {
  const counts: SendCounts = { prefix: 0, network: 0, block: 0, repeats: 0, all: 0 };
  for (const [at, name] of names.entries()) counts[name] = rows[at]!.hits;
  return counts;
}
