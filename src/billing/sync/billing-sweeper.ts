import { Injectable } from '@nestjs/common';
import { Chores } from '../../platform/maintenance/chores.js';
import { Sweeper } from '../../platform/maintenance/sweeper.js';
import { BillingAccountsRepository } from './billing-accounts.repository.js';
import { BillingQueue } from './billing-queue.js';
import { CheckoutSessionsRepository } from '../checkout/checkout-sessions.repository.js';

const SWEEP_MS = 5_000;
const BATCH = 200;
/** An Idempotency-Key names a session for a day, and a session is open for at most a day: two days cover both. */
const KEEP_SESSIONS_MS = 2 * 24 * 3_600_000;

/** Adds the closing job of every account that is not closed yet, and purges old checkout sessions. */
@Injectable()
export class BillingSweeper extends Sweeper {
  constructor(
    private readonly accounts: BillingAccountsRepository,
    private readonly queue: BillingQueue,
    chores: Chores,
    sessions: CheckoutSessionsRepository,
  ) {
    super(SWEEP_MS);
    chores.register({
      name: 'checkout-sessions',
      run: (now) => sessions.purge(new Date(now.getTime() - KEEP_SESSIONS_MS)),
    });
  }

  override async sweep(): Promise<void> {
    await this.accounts
      .listClosing(BATCH)
      .then((userIds) => this.queue.addClosing(userIds))
      .catch(this.warn);
  }
}
