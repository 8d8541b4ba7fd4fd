import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import type { User } from '../user.entity.js';
import { UsersRepository } from '../users.repository.js';
import { AccountEndingsRepository } from './account-endings.repository.js';
import { DeletionSteps, type DeletionStepName } from './deletion-steps.js';

const NEEDED: DeletionStepName[] = ['replies', 'rooms', 'sign-in', 'identities'];

/**
 * Deletes accounts: one transaction takes everything that the database holds, so that a crash leaves all or nothing; what
 * it cannot reach (a cache, Stripe) is told afterwards, from a row that stays until it is.
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

  /** A process that forgets half of an account must not start. */
  onApplicationBootstrap(): void {
    const missing = this.steps.missing(this.config.billing.on ? [...NEEDED, 'billing'] : NEEDED);
    if (missing.length > 0) throw new Error(`nobody deletes ${missing.join(', ')} of an account`);
  }

  /**
   * Deletes an account, now. Twice at once is once.
   * @param isWanted looks at the locked row once more: false leaves everything as it is
   * @param note what is written down of it, in the same transaction
   * @returns was there such an account?
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
    this.logger.log('an account is deleted');
    await this.settle(userId).catch((error: Error) =>
      this.logger.warn(`something was not told of a deleted account, the sweeper will: ${error.message}`),
    );
    return true;
  }

  /**
   * Tells whatever is outside the database that the account is gone.
   * @throws Error when something could not be told: it is to be tried again
   */
  async settle(userId: string): Promise<void> {
    for (const step of this.steps.all) await step.settle?.(userId);
    await this.endings.delete(userId);
  }

  /** @throws Unwanted, to take back what was done until then */
  private async erase(
    userId: string,
    isWanted: (user: User) => boolean,
    manager: EntityManager,
  ): Promise<void> {
    for (const step of this.steps.all) await step.claim?.(userId, manager);
    // Whoever sends or makes a room goes on meanwhile: it is theirs that we wait for, at the end.
    const user = await this.users.lock(userId, manager);
    if (!user || !isWanted(user)) throw new Unwanted();
    const account = { userId, mobileNumber: user.mobileNumber };
    for (const step of this.steps.all) await step.erase?.(account, manager);
    await this.endings.insert(userId, this.clock.now(), manager);
    await this.users.delete(userId, manager);
  }
}

/** There is no such account, or it is to stay. */
class Unwanted extends Error {}

function ignoreUnwanted(error: unknown): false {
  if (error instanceof Unwanted) return false;
  throw error;
}
