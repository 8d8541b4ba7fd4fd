import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/problem/problem.js';
import { LimitReached, LimitsRepository, type Limit } from './limits.repository.js';

type LimitProblem = 'otp_send_limited' | 'otp_attempts_exceeded' | 'credentials_attempts_exceeded';

/** Limits as the services see them: count first, and be refused with the right Retry-After. */
@Injectable()
export class LimitsService {
  constructor(
    private readonly limits: LimitsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one attempt before it is looked at, and keeps the count whatever comes.
   * @throws Problem `code` when there is no attempt left
   */
  count(code: LimitProblem, limits: Limit[]): Promise<void> {
    return this.countWith(code, limits, () => Promise.resolve());
  }

  /**
   * Counts and does `work` in one transaction: both happen, or neither.
   * @throws Problem `code` when there is no attempt left
   */
  async countWith<T>(
    code: LimitProblem,
    limits: Limit[],
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    const now = this.clock.now();
    try {
      return await this.database.tx(async (manager) => {
        await this.limits.take(limits, now, manager);
        return work(manager);
      });
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      // The time that it is now: this request may have waited for the one that took the last hit.
      const seconds = (error.endsAt.getTime() - this.clock.now().getTime()) / 1000;
      throw Problem.limited(code, seconds, { liftedBy: error.limit.liftedBy });
    }
  }

  /**
   * Counts with `to` what was counted with `from`; nothing happens when `to` has no room.
   */
  async move(from: Limit[], to: Limit[]): Promise<void> {
    const now = this.clock.now();
    try {
      await this.database.tx(async (manager) => {
        await this.limits.take(to, now, manager);
        await this.limits.giveBack(from, manager);
      });
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
    }
  }

  /** It was no wrong guess after all. */
  async forgive(limits: Limit[]): Promise<void> {
    await this.limits.giveBack(limits);
  }
}
