import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { BillingAccountsRepository } from './billing-accounts.repository.js';
import { BillingQueue } from './billing-queue.js';
import { goesOn } from './standing.js';
import { Patience } from './stripe/patience.js';
import { isMissing, StripeApi } from './stripe/stripe-api.js';

const MAX = 100;

/** The end of an account: nobody goes on paying for what is gone. A durable job tries until Stripe has said so. */
@Injectable()
export class BillingClosing {
  private readonly logger = new Logger('BillingClosing');

  constructor(
    private readonly accounts: BillingAccountsRepository,
    private readonly queue: BillingQueue,
    private readonly api: StripeApi,
    private readonly clock: Clock,
  ) {}

  /** Part of deleting the account; {@link start} after its transaction. From then on nothing can be paid any more. */
  async request(userId: string, manager: EntityManager): Promise<void> {
    await this.accounts.requestClosing(userId, this.clock.now(), manager);
  }

  /** Begins at once; what is lost here the sweeper begins. Never throws. */
  start(userId: string): Promise<void> {
    return this.queue.addClosing([userId]);
  }

  /**
   * The job: no page to pay on is left open, every subscription is cancelled, and the customer is deleted, with number and
   * address. Each step may have been done before.
   * @throws StripeUnavailable
   */
  async close(userId: string): Promise<void> {
    const account = await this.accounts.findClosing(userId);
    if (!account) return;
    if (account.customerId !== null) await this.clear(account.customerId, Patience.ofJob());
    await this.accounts.closed(userId, this.clock.now());
    this.logger.log('an account’s billing is closed');
  }

  private async clear(customerId: string, patience: Patience): Promise<void> {
    try {
      const { data: open } = await this.api.ask(patience, (stripe, options) =>
        stripe.checkout.sessions.list({ customer: customerId, status: 'open', limit: MAX }, options),
      );
      for (const { id } of open)
        await this.api.ask(patience, (stripe, options) => stripe.checkout.sessions.expire(id, {}, options));
      const { data: subscriptions } = await this.api.ask(patience, (stripe, options) =>
        stripe.subscriptions.list({ customer: customerId, status: 'all', limit: MAX }, options),
      );
      for (const { id, status } of subscriptions)
        if (goesOn({ status }) || status === 'incomplete')
          await this.api.ask(patience, (stripe, options) => stripe.subscriptions.cancel(id, {}, options));
      await this.api.ask(patience, (stripe, options) => stripe.customers.del(customerId, {}, options));
    } catch (error) {
      // Somebody has deleted it, and its subscriptions with it.
      if (!isMissing(error)) throw error;
    }
  }
}
