import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Sweeper } from '../../platform/maintenance/sweeper.js';
import { AccountDeletion } from './account-deletion.service.js';
import { AccountEndingsRepository } from './account-endings.repository.js';

const SWEEP_MS = 5_000;
/** The deleting process settles at once; after this time it has died or a step has failed. */
const GRACE_MS = 5_000;
const BATCH = 100;

/** Settles deleted accounts whose tombstone remains. */
@Injectable()
export class AccountDeletionSweeper extends Sweeper {
  constructor(
    private readonly endings: AccountEndingsRepository,
    private readonly deletion: AccountDeletion,
    private readonly clock: Clock,
  ) {
    super(SWEEP_MS);
  }

  override async sweep(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - GRACE_MS);
    const userIds = await this.endings.listBefore(before, BATCH).catch((error: unknown) => {
      this.warn(error);
      return [];
    });
    for (const userId of userIds) await this.deletion.settle(userId).catch(this.warn);
  }
}
