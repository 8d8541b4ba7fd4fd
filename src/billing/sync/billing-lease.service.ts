import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/crypto/id.js';
import { BillingAccountsRepository, type BillingAccount } from './billing-accounts.repository.js';
import { StripeUnavailable } from '../stripe/stripe-api.js';
import type { CallBudget } from '../stripe/call-budget.js';

/** Longer than all the calls of one turn (CallBudget); whoever dies in the middle holds the others up for so long. */
const LEASE_MS = 3_000;
/** Whoever waits asks again this often. */
const POLL_MS = 40;

/**
 * One at a time changes something at Stripe for a person. A lease in the row, not a lock: a transaction that waits for
 * Stripe would hold one of the few connections for as long. Who outlives his lease does no harm: every call that makes
 * something has an Idempotency-Key.
 */
@Injectable()
export class BillingLease {
  constructor(private readonly accounts: BillingAccountsRepository) {}

  /** @throws StripeUnavailable when the turn does not come in time */
  async take<T>(
    userId: string,
    budget: CallBudget,
    work: (account: BillingAccount) => Promise<T>,
  ): Promise<T> {
    const holder = newId();
    let account = await this.accounts.lock(userId, holder, LEASE_MS);
    while (!account) {
      if (budget.leftMs === 0) throw new StripeUnavailable('somebody else’s turn');
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
