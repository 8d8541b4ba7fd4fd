import { Inject, Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Cursors, type Page, type PageQuery } from '../../platform/fields/page.js';
import { Problem } from '../../platform/problem/problem.js';
import { UsersService } from '../../users/users.service.js';
import { BillingAccountsRepository } from '../sync/billing-accounts.repository.js';
import { BillingSync } from '../sync/billing-sync.service.js';
import { BillingLease } from '../sync/billing-lease.service.js';
import { toInvoice, type InvoiceDto } from './invoice.dto.js';
import { endsWithPeriod, isOngoing, currentSubscription } from '../sync/current-subscription.js';
import { rowsOf, textOf } from '../stripe/answer.js';
import { CallBudget } from '../stripe/call-budget.js';
import { isMissing, StripeApi } from '../stripe/stripe-api.js';
import { toSubscriptionStatus, type SubscriptionStatusDto } from './subscription.dto.js';
import type { Subscription } from './subscription.entity.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

/** What users can see and change of their subscription. */
@Injectable()
export class SubscriptionService {
  constructor(
    private readonly api: StripeApi,
    private readonly accounts: BillingAccountsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly sync: BillingSync,
    private readonly lease: BillingLease,
    private readonly users: UsersService,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The stored state. */
  async status(userId: string): Promise<SubscriptionStatusDto> {
    const [user, subscriptions] = await Promise.all([this.users.find(userId), this.subscriptions.of(userId)]);
    if (!user) throw new Problem('session_ended');
    const now = this.clock.now();
    return toSubscriptionStatus({
      user,
      subscriptions,
      graceDays: this.config.billing.pastDueGraceDays,
      now,
    });
  }

  /**
   * The state after a sync with Stripe: users return from a payment before the event arrives.
   * @throws Problem `unavailable`
   */
  async ask(userId: string): Promise<SubscriptionStatusDto> {
    await StripeApi.forRequest(this.sync.syncUser(userId, CallBudget.ofRequest()));
    return this.status(userId);
  }

  /**
   * Ends every ongoing subscription with its period: this server sells one, but an operator may have made another in
   * Stripe's dashboard. A subscription that ends by then already is not changed; one with a later end (a date set in the
   * dashboard, a schedule) now ends with the period.
   * @throws Problem `no_subscription`, `unavailable`, `billing_refused`, `billing_misconfigured`
   */
  cancel(userId: string): Promise<SubscriptionStatusDto> {
    return this.change(
      userId,
      (known) => known.filter(isOngoing),
      (one) => (endsWithPeriod(one) ? null : { cancel_at_period_end: true }),
    );
  }

  /**
   * Undoes the cancellation.
   * @throws Problem `no_subscription`, `not_cancelling`, `unavailable`, `billing_refused`, `billing_misconfigured`
   */
  resume(userId: string): Promise<SubscriptionStatusDto> {
    const ending = (known: Subscription[]) =>
      known.filter(isOngoing).filter((one) => one === currentSubscription(known));
    return this.change(userId, ending, ({ cancelAtPeriodEnd, endsAt }) => {
      if (!endsAt) throw new Problem('not_cancelling');
      // Stripe's portal sets a time instead of the flag: each is undone by its own parameter.
      return cancelAtPeriodEnd ? { cancel_at_period_end: false } : { cancel_at: '' };
    });
  }

  /**
   * Stripe's page for cards, invoices and cancelling.
   * @throws Problem `no_subscription`, `unavailable`, `billing_refused`, `billing_misconfigured`
   */
  async portal(userId: string, returnUrl: string): Promise<string> {
    const budget = CallBudget.ofRequest();
    const account = await this.accounts.find(userId);
    // A user who only opened a checkout page has a customer, but no subscription.
    if (!account?.customerId || !(await this.hasSubscription(userId, budget)))
      throw new Problem('no_subscription');
    const customer = account.customerId;
    const opened = this.api
      .ask(budget, (stripe, options) =>
        stripe.billingPortal.sessions.create({ customer, return_url: returnUrl }, options),
      )
      .catch((error: unknown) => {
        throw isMissing(error) ? new Problem('no_subscription') : error;
      });
    return StripeApi.forRequest(opened.then(({ url }) => textOf(url)));
  }

  /**
   * Invoices, newest first, read from Stripe.
   * @throws Problem `unavailable`
   */
  async invoices(userId: string, { cursor, limit }: PageQuery): Promise<Page<InvoiceDto>> {
    const scope = `invoices:${userId}`;
    const after = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const account = await this.accounts.find(userId);
    if (!account?.customerId) return { data: [], next_cursor: null };
    const customer = account.customerId;
    const { rows, hasMore } = await StripeApi.forRequest(
      this.api
        .ask(CallBudget.ofRequest(), (stripe, options) =>
          stripe.invoices.list(
            { customer, limit, ...(after !== null && { starting_after: after }) },
            options,
          ),
        )
        .then((found) => ({ rows: rowsOf(found), hasMore: found.has_more })),
    );
    const last = rows.at(-1);
    return {
      data: rows.map(toInvoice),
      next_cursor: hasMore && last ? this.cursors.encode(scope, last.id) : null,
    };
  }

  /** Past subscriptions count, too: the portal shows old invoices. Syncs where none is stored: users are faster than events. */
  private async hasSubscription(userId: string, budget: CallBudget): Promise<boolean> {
    if ((await this.subscriptions.of(userId)).length > 0) return true;
    const { subscriptions } = await StripeApi.forRequest(this.sync.syncUser(userId, budget));
    return subscriptions.length > 0;
  }

  /** Releases a subscription from its schedule: while a schedule manages it, Stripe refuses every other change of its end. */
  private async release(scheduleId: string, budget: CallBudget): Promise<void> {
    await this.api.ask(budget, (stripe, options) =>
      // The end that the schedule has set is kept until the next call sets another.
      stripe.subscriptionSchedules.release(scheduleId, { preserve_cancel_date: true }, options),
    );
  }

  /** Changes subscriptions at Stripe under the billing lease, with a sync before and after. */
  private async change(
    userId: string,
    choose: (known: Subscription[]) => Subscription[],
    decide: (subscription: Subscription) => Stripe.SubscriptionUpdateParams | null,
  ): Promise<SubscriptionStatusDto> {
    const budget = CallBudget.ofRequest();
    if (!(await this.accounts.find(userId))) throw new Problem('no_subscription');
    await StripeApi.forRequest(
      this.lease.take(userId, budget, async () => {
        const { subscriptions } = await this.sync.syncUser(userId, budget);
        const chosen = choose(subscriptions);
        if (chosen.length === 0) throw new Problem('no_subscription');
        const changed = chosen.flatMap((one) => {
          const changes = decide(one);
          return changes ? { ...one, changes } : [];
        });
        for (const { id, scheduleId, changes } of changed) {
          if (scheduleId !== null) await this.release(scheduleId, budget);
          await this.api.ask(budget, (stripe, options) => stripe.subscriptions.update(id, changes, options));
        }
        if (changed.length > 0) await this.sync.syncUser(userId, budget);
      }),
    );
    return this.status(userId);
  }
}
