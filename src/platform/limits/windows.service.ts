import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { Problem, type LimitCode } from '../problem/problem.js';
import { LimitReached, WindowsRepository, type WindowLimit, type WindowState } from './windows.repository.js';

/** Limits as services see them: count first, and be refused with the right Retry-After. */
@Injectable()
export class WindowLimits {
  constructor(
    private readonly limits: WindowsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one attempt before it is looked at, and keeps the count whatever comes.
   * @throws Problem `code` when there is no attempt left
   */
  count(code: LimitCode, limits: WindowLimit[]): Promise<WindowState[]> {
    return this.refusing(code, () => this.take(limits));
  }

  /**
   * Counts and does `work` in one transaction: both happen, or neither.
   * @throws Problem `code` when there is no attempt left
   */
  countWith<T>(
    code: LimitCode,
    limits: WindowLimit[],
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    const now = this.clock.now();
    return this.refusing(code, () =>
      this.database.tx(async (manager) => {
        await this.limits.take(limits, now, manager);
        return work(manager);
      }),
    );
  }

  /** Counts with `to` what was counted with `from`; nothing happens when `to` has no room. */
  async move(from: WindowLimit[], to: WindowLimit[]): Promise<void> {
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
  async forgive(limits: WindowLimit[]): Promise<void> {
    await this.limits.giveBack(limits);
  }

  /** One hit is one statement and one round trip; several are a transaction. @throws LimitReached */
  take(limits: WindowLimit[]): Promise<WindowState[]> {
    const now = this.clock.now();
    if (limits.length < 2) return this.limits.take(limits, now);
    return this.database.tx((manager) => this.limits.take(limits, now, manager));
  }

  private async refusing<T>(code: LimitCode, count: () => Promise<T>): Promise<T> {
    try {
      return await count();
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      throw Problem.limited(code, this.secondsUntil(error.endsAt), { liftedBy: error.limit.liftedBy });
    }
  }

  /** The time that it is now: a request may have waited for the one that took the last hit. */
  secondsUntil(moment: Date): number {
    return (moment.getTime() - this.clock.now().getTime()) / 1000;
  }
}
