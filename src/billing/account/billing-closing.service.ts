import { Injectable, Logger } from '@nestjs/common';
import type Stripe from 'stripe';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { BillingAccountsRepository } from '../sync/billing-accounts.repository.js';
import { Customers } from '../checkout/customers.service.js';
import { BillingQueue } from '../sync/billing-queue.js';
import { isOngoing } from '../sync/current-subscription.js';
import { rowsOf } from '../stripe/answer.js';
import { CallBudget } from '../stripe/call-budget.js';
import { ignoreMissing, StripeApi, StripeUnavailable } from '../stripe/stripe-api.js';

const MAX = 100;

/** The end of an account: nobody goes on paying for what is gone. A durable job tries until Stripe has said so. */
@Injectable()
export class BillingClosing {
  private readonly logger = new Logger('BillingClosing');

  constructor(
    private readonly accounts: BillingAccountsRepository,
    private readonly queue: BillingQueue,
    private readonly customers: Customers,
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
    if (account.isBusy) throw new StripeUnavailable('somebody else’s turn');
    const budget = CallBudget.ofJob();
    // Its answer may have been lost: under the same key it is the same one.
    await this.clear(account.customerId ?? (await this.customers.make(account, budget)), budget);
    await this.accounts.closed(userId, this.clock.now());
    this.logger.log('an account’s billing is closed');
  }

  /** Whatever is gone already is gone; at the end the customer is, and Stripe has said so. */
  private async clear(customerId: string, budget: CallBudget): Promise<void> {
    const ask = <T>(call: (stripe: Stripe, options: Stripe.RequestOptions) => Promise<T>) =>
      this.api.ask(budget, call).catch((error: unknown) => {
        ignoreMissing(error);
        return null;
      });
    const pages = await ask((stripe, options) =>
      stripe.checkout.sessions.list({ customer: customerId, status: 'open', limit: MAX }, options),
    );
    for (const { id } of pages === null ? [] : rowsOf(pages))
      await ask((stripe, options) => stripe.checkout.sessions.expire(id, {}, options));
    const subscriptions = await ask((stripe, options) =>
      stripe.subscriptions.list({ customer: customerId, status: 'all', limit: MAX }, options),
    );
    for (const { id, status } of subscriptions === null ? [] : rowsOf(subscriptions))
      if (isOngoing({ status }) || status === 'incomplete')
        await ask((stripe, options) => stripe.subscriptions.cancel(id, {}, options));
    await ask((stripe, options) => stripe.customers.del(customerId, {}, options));
  }
}
