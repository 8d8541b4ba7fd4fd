import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/crypto/id.js';
import { BillingAccountsRepository, type BillingAccount } from './billing-accounts.repository.js';
import { StripeUnavailable } from '../stripe/stripe-api.js';
import type { CallBudget } from '../stripe/call-budget.js';

/** Longer than the budget of a request ({@link CallBudget.ofRequest}, 8 s); a process that dies blocks the user for that long. */
const LEASE_MS = 10_000;
/** Interval at which a waiting request tries again. */
const POLL_MS = 40;

/**
 * Lets one process at a time change a user's objects at Stripe. The lease is a row with an end, not a lock: a transaction
 * that waits for Stripe would hold one of the few connections all that time. A holder whose lease has run out does no harm:
 * every call that creates an object has an Idempotency-Key.
 */
@Injectable()
export class BillingLease {
  constructor(private readonly accounts: BillingAccountsRepository) {}

  /** @throws StripeUnavailable when the lease does not become free within the budget */
  async take<T>(
    userId: string,
    budget: CallBudget,
    work: (account: BillingAccount) => Promise<T>,
  ): Promise<T> {
    const holder = newId();
    let account = await this.accounts.lock(userId, holder, LEASE_MS);
    while (!account) {
      if (budget.leftMs === 0) throw new StripeUnavailable('the billing lease is taken');
      await pause(POLL_MS);
      account = await this.accounts.lock(userId, holder, LEASE_MS);
    }
    try {
      return await work(account);
    } finally {
      await this.accounts.unlock(userId, holder);
    }
  }
}
