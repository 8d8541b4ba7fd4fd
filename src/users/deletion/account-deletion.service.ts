import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { afterCommit } from '../../platform/database/after-commit.js';
import { Database } from '../../platform/database/database.js';
import type { User } from '../user.entity.js';
import { PRO_LOST_OF_DAY } from '../users.metrics.js';
import { UsersRepository } from '../users.repository.js';
import { AccountEndingsRepository } from './account-endings.repository.js';
import { DeletionSteps, type DeletionStepName } from './deletion-steps.js';

const NEEDED: DeletionStepName[] = ['replies', 'rooms', 'sign-in', 'identities', 'events'];

/**
 * Account deletion, in ordered steps.
 *
 * Problem: an account's data belongs to many features and partly lies outside the database (caches, Stripe). A crash must
 * not leave half an account, concurrent requests of the same user must not recreate rows, and two deletions must not
 * deadlock with the features that lock the same rows.
 *
 * How it works: each feature registers a {@link DeletionStep} (deletion-steps.ts), because this folder may not import the
 * features; they run in one fixed order. One transaction takes three phases. `claim` locks rows that features lock before
 * the user's row (billing). Then the user's row is locked, and `isWanted` may still cancel everything. `erase` ends and
 * deletes the feature's data; rows that reference the user with `on delete cascade` need no step. The same transaction
 * writes a tombstone to `account_endings` and deletes the user's row.
 *
 * After the commit `settle` informs everything outside the database, then the tombstone is deleted. If a step throws or the
 * process dies, the sweeper repeats `settle` from the tombstone until it succeeds, in any process; every step is safe to repeat.
 *
 * When Stripe or Redis is down the account is gone all the same, at once; closing the Stripe customer waits in its job.
 * A process that lacks a required step does not start: it would leave data behind.
 *
 * It does not keep deleted accounts for a time, and it does not delete the audit log, nor the day's message count, which
 * stays under a keyed hash so that a new account on the same number does not get a new day.
 */
@Injectable()
export class AccountDeletion implements OnApplicationBootstrap {
  private readonly logger = new Logger('AccountDeletion');

  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly endings: AccountEndingsRepository,
    private readonly steps: DeletionSteps,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Refuses to start without a required step: the process would leave data of deleted accounts behind. */
  onApplicationBootstrap(): void {
    const missing = this.steps.missing(this.config.billing.on ? [...NEEDED, 'billing'] : NEEDED);
    if (missing.length > 0)
      throw new Error(`deletion steps missing: ${missing.join(', ')}. Import the modules that register them`);
  }

  /**
   * Deletes an account at once. Of two concurrent calls one deletes.
   * @param isWanted checks the locked row: false cancels the deletion
   * @param note writes an entry about it, in the same transaction
   * @returns whether the account was deleted by this call
   */
  async delete(
    userId: string,
    isWanted: (user: User) => boolean = () => true,
    note: (manager: EntityManager) => Promise<void> = () => Promise.resolve(),
  ): Promise<boolean> {
    const isDone = await this.database
      .tx(async (manager) => {
        await this.erase(userId, isWanted, manager);
        await note(manager);
      })
      .then(() => true, ignoreUnwanted);
    if (!isDone) return false;
    this.logger.log('account deleted');
    await this.settle(userId).catch((error: Error) =>
      this.logger.warn(
        `account deleted, but not settled outside the database, the sweeper retries: ${error.message}`,
      ),
    );
    return true;
  }

  /**
   * Runs the steps outside the database, then deletes the tombstone.
   * @throws Error when a step failed; call it again later
   */
  async settle(userId: string): Promise<void> {
    for (const step of this.steps.all) await step.settle?.(userId);
    await this.endings.delete(userId);
  }

  /** @throws Unwanted, which rolls the transaction back */
  private async erase(
    userId: string,
    isWanted: (user: User) => boolean,
    manager: EntityManager,
  ): Promise<void> {
    for (const step of this.steps.all) await step.claim?.(userId, manager);
    // Sending and creating rooms do not wait for this lock; the final delete waits for their transactions instead.
    const user = await this.users.lock(userId, manager);
    if (!user || !isWanted(user)) throw new Unwanted();
    const account = { userId, mobileNumber: user.mobileNumber };
    for (const step of this.steps.all) await step.erase?.(account, manager);
    await this.endings.insert(userId, this.clock.now(), manager);
    await this.users.delete(userId, manager);
    if (user.tier === 'pro') afterCommit(manager, () => PRO_LOST_OF_DAY.add());
  }
}

/** The account does not exist, or `isWanted` refused. */
class Unwanted extends Error {}

function ignoreUnwanted(error: unknown): false {
  if (error instanceof Unwanted) return false;
  throw error;
}
