import { Inject, Injectable, Logger } from '@nestjs/common';
import type Stripe from 'stripe';
import { Customers } from '../checkout/customers.service.js';
import type { PaymentProblem, Subscription } from '../subscription/subscription.entity.js';
import { momentOf, rowsOf } from './answer.js';
import { billsThatCount, owedBills, revocationOf, settledUntil, type Paid } from './bills.js';
import type { CallBudget } from './call-budget.js';
import { isMissing, StripeApi } from './stripe-api.js';
import { isLive, STRIPE_ENDPOINT } from './stripe-endpoint.js';
import type { StripeSettings } from '../../platform/config/config.js';

/** Nobody has more: past it something else is wrong. */
const MAX_SUBSCRIPTIONS = 100;
/** Enough to find the newest that was settled: whoever has not settled one of so many has nothing to lose any more. */
const MAX_INVOICES = 30;

/** A subscription as Stripe has it now, without whose it is. */
export type ReadSubscription = Omit<Subscription, 'userId'>;

/** States in which what was paid, or is due, is worth knowing. */
const ASKED_ABOUT = new Set(['active', 'trialing', 'past_due', 'unpaid', 'incomplete']);

/** Asks Stripe what a customer has. Payloads of events are believed in nothing; this is. */
@Injectable()
export class SubscriptionReader {
  private readonly logger = new Logger('SubscriptionReader');

  constructor(
    private readonly api: StripeApi,
    private readonly customers: Customers,
    @Inject(STRIPE_ENDPOINT) private readonly endpoint: StripeSettings,
  ) {}

  /**
   * A person's subscriptions, newest first; null when Stripe has deleted the customer.
   * @throws StripeUnavailable
   */
  async read(userId: string, customerId: string, budget: CallBudget): Promise<ReadSubscription[] | null> {
    const found = await this.list(customerId, budget);
    if (!found) return null;
    const ours = found.filter((one) => this.isOurs(one, userId));
    return Promise.all(ours.map((one) => this.complete(one, budget)));
  }

  private async list(customerId: string, budget: CallBudget): Promise<Stripe.Subscription[] | null> {
    try {
      const found = await this.api.ask(budget, (stripe, options) =>
        stripe.subscriptions.list({ customer: customerId, status: 'all', limit: MAX_SUBSCRIPTIONS }, options),
      );
      return rowsOf(found);
    } catch (error) {
      if (isMissing(error) && (await this.customers.isDeleted(customerId, budget))) return null;
      throw error;
    }
  }

  /** A customer may buy other things of the same seller; what was sold here stays ours, whatever its price is now. */
  private isOurs({ id, items, livemode, metadata }: Stripe.Subscription, userId: string): boolean {
    if (livemode !== isLive(this.endpoint)) {
      this.logger.error(`subscription ${id} is of the other mode: not taken`);
      return false;
    }
    return rowsOf(items).some(this.isPro) || metadata['user_id'] === userId;
  }

  private readonly isPro = ({ price }: Stripe.SubscriptionItem): boolean =>
    this.endpoint.pricesPro.includes(price.id);

  private async complete(subscription: Stripe.Subscription, budget: CallBudget): Promise<ReadSubscription> {
    const { id, status, items, pause_collection: paused } = subscription;
    const rows = rowsOf(items);
    const item = rows.find(this.isPro) ?? rows[0];
    const facts = factsOf(subscription, item);
    if (!item || !this.isPro(item)) return { ...facts, revoked: 'other_price' };
    if (!ASKED_ABOUT.has(status)) return facts;
    const bills = await this.bills(id, budget);
    const owed = owedBills(bills);
    const running = { start: item.current_period_start, end: item.current_period_end };
    const isPastDue = status === 'past_due';
    return {
      ...facts,
      // Without a bill it was given up: then the period that nobody has paid for is what is due.
      pastDueSince: isPastDue ? (dueSince(owed) ?? new Date(running.start * 1000)) : null,
      // Stripe's own meaning: `void` is "we cannot serve", the other two are "free for a while".
      paidUntil: paused?.behavior === 'void' ? (settledUntil(bills) ?? new Date(0)) : null,
      paymentProblem: paused ? 'collection_paused' : await this.problem(owed[0], budget),
      revoked:
        (await this.revoked(billsThatCount(bills, running), budget)) ??
        (isPastDue && isFirst(owed) ? 'never_paid' : null),
    };
  }

  /** Newest first. */
  private async bills(subscriptionId: string, budget: CallBudget): Promise<Stripe.Invoice[]> {
    const found = await this.api.ask(budget, (stripe, options) =>
      stripe.invoices.list({ subscription: subscriptionId, limit: MAX_INVOICES }, options),
    );
    return rowsOf(found);
  }

  private async problem(
    newestOwed: Stripe.Invoice | undefined,
    budget: CallBudget,
  ): Promise<PaymentProblem | null> {
    // An open one may not have been tried yet.
    if (!newestOwed || newestOwed.attempt_count === 0) return null;
    const payments = await this.payments(newestOwed, budget);
    const isAsked = payments.some(
      ({ payment_intent: intent }) => objectOf(intent)?.status === 'requires_action',
    );
    return isAsked ? 'action_required' : 'payment_failed';
  }

  /** Was the money for the period given back, by us or by the bank? */
  private async revoked(
    bills: Stripe.Invoice[],
    budget: CallBudget,
  ): Promise<'refunded' | 'disputed' | null> {
    const withMoney = bills.filter(({ amount_paid: amount }) => amount > 0);
    return revocationOf(await Promise.all(withMoney.map((bill) => this.paid(bill, budget))));
  }

  private async paid(bill: Stripe.Invoice, budget: CallBudget): Promise<Paid> {
    const payments = await this.payments(bill, budget);
    // A charge without an intent (an older integration, an import) stands in the payment itself.
    const charges = payments
      .flatMap(({ payment_intent: intent, charge }) => [objectOf(intent)?.latest_charge, charge])
      .flatMap((charge) => objectOf(charge) ?? []);
    const disputed = charges.filter((charge) => charge.disputed);
    const lost = await Promise.all(disputed.map(({ id }) => this.lost(id, budget)));
    const refunded = sum(charges.map(({ amount_refunded: amount }) => amount));
    return {
      money: bill.amount_paid,
      // A credit note may give back what no charge shows: to the balance, or by hand. One that refunds shows in both.
      refunded: Math.max(refunded, sum([bill.post_payment_credit_notes_amount])),
      disputed: sum(lost),
    };
  }

  /** What the bank has taken back of a charge. */
  private async lost(chargeId: string, budget: CallBudget): Promise<number> {
    const found = await this.api.ask(budget, (stripe, options) =>
      stripe.disputes.list({ charge: chargeId, limit: 10 }, options),
    );
    return sum(rowsOf(found).map(({ status, amount }) => (status === 'lost' ? amount : 0)));
  }

  /** The payments of a bill, with their charges; one by hand has neither intent nor charge. */
  private async payments(
    { id }: Stripe.Invoice,
    budget: CallBudget,
  ): Promise<Stripe.InvoicePayment.Payment[]> {
    const expand = ['data.payment.payment_intent.latest_charge', 'data.payment.charge'];
    const found = await this.api.ask(budget, (stripe, options) =>
      stripe.invoicePayments.list({ invoice: id, limit: 10, expand }, options),
    );
    return rowsOf(found).flatMap(({ payment }) => objectOf(payment) ?? []);
  }
}

/** What stands where Stripe may also write an id, or nothing. */
const objectOf = <T extends object>(value: T | string | null | undefined): T | null =>
  typeof value === 'object' ? value : null;

/** An amount that Stripe does not name is nothing: as NaN it would pass for all of the money. */
const sum = (amounts: (number | undefined)[]): number =>
  amounts.reduce<number>((total, one) => total + (one ?? 0), 0);

/** Since when: of the oldest one, because a subscription that nobody pays for makes new ones, month after month. */
const dueSince = (unpaid: Stripe.Invoice[]): Date | null =>
  unpaid.length === 0 ? null : new Date(Math.min(...unpaid.map((one) => one.due_date ?? one.created)) * 1000);

/** Is even the bill unpaid with which the subscription began? A debit that bounces days later shows so. */
const isFirst = (unpaid: Stripe.Invoice[]): boolean =>
  unpaid.some(({ billing_reason: reason }) => reason === 'subscription_create');

/** What the subscription itself says. Its period is on its items (since API version 2025-03-31). */
function factsOf(
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem | undefined,
): ReadSubscription {
  const periodEnd = momentOf(item?.current_period_end);
  const { cancel_at: cancelAt, cancel_at_period_end: cancelAtPeriodEnd, ended_at: endedAt } = subscription;
  const settled = momentOf(endedAt ?? cancelAt);
  return {
    id: subscription.id,
    status: subscription.status,
    priceId: item?.price.id ?? null,
    amount: item?.price.unit_amount ?? null,
    currency: item?.price.currency ?? null,
    priceInterval: item?.price.recurring?.interval ?? null,
    currentPeriodEnd: periodEnd,
    cancelAtPeriodEnd,
    endsAt: settled ?? (cancelAtPeriodEnd ? periodEnd : null),
    pastDueSince: null,
    paymentProblem: null,
    revoked: null,
    paidUntil: null,
    scheduleId: idOf(subscription.schedule),
    startedAt: momentOf(subscription.created) ?? new Date(0),
  };
}

const idOf = (reference: string | { id: string } | null): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null);
