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

/** Ends the billing of a deleted account, so that it is never charged again. A durable job retries until Stripe confirms. */
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

  /** Marks the account as closing, within the deletion's transaction: no payment can begin from then on. {@link start} follows. */
  async request(userId: string, manager: EntityManager): Promise<void> {
    await this.accounts.requestClosing(userId, this.clock.now(), manager);
  }

  /** Adds the job. Never throws: the sweeper adds a job that was lost here. */
  start(userId: string): Promise<void> {
    return this.queue.addClosing([userId]);
  }

  /**
   * The job: expires open checkout pages, cancels every subscription and deletes the customer with its number and address.
   * Each step may have been done by an earlier try.
   * @throws StripeUnavailable
   */
  async close(userId: string): Promise<void> {
    const account = await this.accounts.findClosing(userId);
    if (!account) return;
    if (account.isBusy) throw new StripeUnavailable('the billing lease is taken');
    const budget = CallBudget.ofJob();
    // A customer may exist whose creation was never answered. The same Idempotency-Key returns that one.
    await this.clear(account.customerId ?? (await this.customers.make(account, budget)), budget);
    await this.accounts.closed(userId, this.clock.now());
    this.logger.log('billing of a deleted account closed');
  }

  /** Removes everything of the customer at Stripe; objects that are gone already are skipped. */
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
