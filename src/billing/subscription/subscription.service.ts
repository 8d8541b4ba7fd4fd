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

/** What a person may see and do with a subscription. */
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

  /** As it is known here. */
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
   * As Stripe has it: people come back from paying before the event does.
   * @throws Problem `unavailable`
   */
  async ask(userId: string): Promise<SubscriptionStatusDto> {
    await StripeApi.forRequest(this.sync.syncUser(userId, CallBudget.ofRequest()));
    return this.status(userId);
  }

  /**
   * Ends every subscription that goes on with its period: we sell one, but the dashboard may have made another. One that
   * ends by then already stays as it is, one that would end later (a date set in the dashboard, a schedule) ends with the
   * period now.
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
   * Takes that back.
   * @throws Problem `no_subscription`, `not_cancelling`, `unavailable`, `billing_refused`, `billing_misconfigured`
   */
  resume(userId: string): Promise<SubscriptionStatusDto> {
    const ending = (known: Subscription[]) =>
      known.filter(isOngoing).filter((one) => one === currentSubscription(known));
    return this.change(userId, ending, ({ cancelAtPeriodEnd, endsAt }) => {
      if (!endsAt) throw new Problem('not_cancelling');
      // What the portal has set is a moment: it is taken back by itself.
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
    // Who has only been at the checkout is a customer, too.
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
   * Newest first, from Stripe.
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

  /** Has, or had: old invoices are to be found, too. Stripe is asked where nothing is known: people are faster than events. */
  private async hasSubscription(userId: string, budget: CallBudget): Promise<boolean> {
    if ((await this.subscriptions.of(userId)).length > 0) return true;
    const { subscriptions } = await StripeApi.forRequest(this.sync.syncUser(userId, budget));
    return subscriptions.length > 0;
  }

  /** While a schedule manages a subscription Stripe lets nobody else say when it ends. Released, it goes on as it is. */
  private async release(scheduleId: string, budget: CallBudget): Promise<void> {
    await this.api.ask(budget, (stripe, options) =>
      // An end that the schedule has set stays until another one is: nothing is lost in between.
      stripe.subscriptionSchedules.release(scheduleId, { preserve_cancel_date: true }, options),
    );
  }

  /** Changes subscriptions at Stripe, and reads there what has become of them. */
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
