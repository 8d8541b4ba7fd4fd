import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { Problem, type LimitCode } from '../problem/problem.js';
import { LimitReached, WindowsRepository, type WindowLimit, type WindowState } from './windows.repository.js';

/** Exact limits for services: count first, and throw with the right Retry-After. */
@Injectable()
export class WindowLimits {
  constructor(
    private readonly limits: WindowsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one attempt before it is checked, and keeps the count whatever the result.
   * @throws Problem `code` when no attempt is left
   */
  count(code: LimitCode, limits: WindowLimit[]): Promise<WindowState[]> {
    return this.refusing(code, () => this.take(limits));
  }

  /**
   * Counts and runs `work` in one transaction: both are kept, or neither.
   * @throws Problem `code` when no attempt is left
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

  /** Moves one hit from the counters `from` to the counters `to`; nothing changes when `to` is full. */
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

  /** Returns one hit: the attempt was no wrong guess. */
  async giveBack(limits: WindowLimit[]): Promise<void> {
    await this.limits.giveBack(limits);
  }

  /** A single limit is one statement and one round trip; several are a transaction. @throws LimitReached */
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

  /** Reads the clock again: a request may have waited for the one that took the last hit. */
  secondsUntil(moment: Date): number {
    return (moment.getTime() - this.clock.now().getTime()) / 1000;
  }
}
