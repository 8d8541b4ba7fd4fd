import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Chores } from '../../platform/maintenance/chores.js';
import { tierAt } from '../user.dto.js';
import type { User } from '../user.entity.js';
import { UsersRepository } from '../users.repository.js';
import { AccountDeletion } from './account-deletion.service.js';

const DAY_MS = 24 * 3600 * 1000;
/** Accounts per query; each is deleted in its own transaction. */
const BATCH = 200;

/**
 * Deletes dormant accounts every night: accounts not used for ACCOUNT_DORMANT_DAYS. Carriers assign a number to a new owner
 * after a while, who could then sign in to the old account. Kept are accounts that are paid for or have a grant, and
 * suspended ones, because deleting them would lift the suspension.
 */
@Injectable()
export class DormantAccounts {
  private readonly logger = new Logger('DormantAccounts');

  constructor(
    private readonly users: UsersRepository,
    private readonly deletion: AccountDeletion,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    chores: Chores,
  ) {
    chores.registerNightly({ name: 'dormant-accounts', run: async () => void (await this.close()) });
  }

  /** @returns how many were deleted */
  async close(): Promise<number> {
    const days = this.config.auth.accountDormantDays;
    if (days === 0) return 0;
    const before = new Date(this.clock.now().getTime() - days * DAY_MS);
    const isDormant = (user: User) =>
      user.lastActiveAt < before && user.suspendedAt === null && !this.isKept(user);
    let closed = 0;
    let failed: unknown = null;
    let after: string | null = null;
    for (;;) {
      const users: User[] = await this.users.listUnused(before, after, BATCH);
      for (const user of users.filter(isDormant))
        try {
          if (await this.deletion.delete(user.id, isDormant)) closed += 1;
        } catch (error) {
          // Continues with the others; the job fails at the end and is retried.
          failed ??= error;
        }
      if (users.length < BATCH) break;
      after = users.at(-1)!.id;
    }
    if (closed > 0) this.logger.log(`${closed} dormant accounts deleted: not used for ${days} days`);
    if (failed !== null) throw failed;
    return closed;
  }

  /** Where Pro is the default tier, only a subscription or a grant protects an account. */
  private isKept(user: User): boolean {
    const now = this.clock.now();
    if (this.config.quota.defaultTier !== 'pro') return tierAt(user, now) === 'pro';
    return user.proGrantedUntil !== null && user.proGrantedUntil > now;
  }
}
