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

/** Stripe's largest page. No customer of one product has that many subscriptions. */
const MAX_SUBSCRIPTIONS = 100;
/** Enough to find the newest settled bill: a subscription with 30 unpaid bills in a row gives no Pro in any case. */
const MAX_INVOICES = 30;

/** A subscription as Stripe has it now, without its owner. */
export type ReadSubscription = Omit<Subscription, 'userId'>;

/** States in which bills decide about the tier. */
const ASKED_ABOUT = new Set(['active', 'trialing', 'past_due', 'unpaid', 'incomplete']);

/** Reads a customer's subscriptions from Stripe, with the bills, payments and disputes that decide about them. */
@Injectable()
export class SubscriptionReader {
  private readonly logger = new Logger('SubscriptionReader');

  constructor(
    private readonly api: StripeApi,
    private readonly customers: Customers,
    @Inject(STRIPE_ENDPOINT) private readonly endpoint: StripeSettings,
  ) {}

  /**
   * The user's subscriptions to Pro, newest first; null when Stripe has deleted the customer.
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

  /** A customer may buy other products of the same seller. A subscription sold here stays ours when its price changes. */
  private isOurs({ id, items, livemode, metadata }: Stripe.Subscription, userId: string): boolean {
    if (livemode !== isLive(this.endpoint)) {
      this.logger.error(
        `subscription ${id} ignored: it belongs to the other mode (live or test) than the configured key`,
      );
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
      // Without an owed bill Stripe has given it up: the unpaid period itself is due, from its start.
      pastDueSince: isPastDue ? (dueSince(owed) ?? new Date(running.start * 1000)) : null,
      // Stripe's meaning: `void` is "service suspended", the other two behaviours are "free for a while".
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
    // A payment of an open bill may not have been tried yet.
    if (!newestOwed || newestOwed.attempt_count === 0) return null;
    const payments = await this.payments(newestOwed, budget);
    const isAsked = payments.some(
      ({ payment_intent: intent }) => objectOf(intent)?.status === 'requires_action',
    );
    return isAsked ? 'action_required' : 'payment_failed';
  }

  /** Tells whether the money for the period went back, by a refund or by the bank. */
  private async revoked(
    bills: Stripe.Invoice[],
    budget: CallBudget,
  ): Promise<'refunded' | 'disputed' | null> {
    const withMoney = bills.filter(({ amount_paid: amount }) => amount > 0);
    return revocationOf(await Promise.all(withMoney.map((bill) => this.paid(bill, budget))));
  }

  private async paid(bill: Stripe.Invoice, budget: CallBudget): Promise<Paid> {
    const payments = await this.payments(bill, budget);
    // A charge without an intent (an older integration, an import) is a field of the payment itself.
    const charges = payments
      .flatMap(({ payment_intent: intent, charge }) => [objectOf(intent)?.latest_charge, charge])
      .flatMap((charge) => objectOf(charge) ?? []);
    const disputed = charges.filter((charge) => charge.disputed);
    const lost = await Promise.all(disputed.map(({ id }) => this.lost(id, budget)));
    const refunded = sum(charges.map(({ amount_refunded: amount }) => amount));
    return {
      money: bill.amount_paid,
      // A credit note may give money back outside the charge: to the balance, or by hand. A refunding note is in both sums.
      refunded: Math.max(refunded, sum([bill.post_payment_credit_notes_amount])),
      disputed: sum(lost),
    };
  }

  /** The amount of a charge that the bank has taken back. */
  private async lost(chargeId: string, budget: CallBudget): Promise<number> {
    const found = await this.api.ask(budget, (stripe, options) =>
      stripe.disputes.list({ charge: chargeId, limit: 10 }, options),
    );
    return sum(rowsOf(found).map(({ status, amount }) => (status === 'lost' ? amount : 0)));
  }

  /** The payments of a bill, with their charges. A payment recorded by hand has neither intent nor charge. */
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

/** The expanded object of a field that may also be an id or null. */
const objectOf = <T extends object>(value: T | string | null | undefined): T | null =>
  typeof value === 'object' ? value : null;

/** A missing amount counts as zero: as NaN it would count as a full refund. */
const sum = (amounts: (number | undefined)[]): number =>
  amounts.reduce<number>((total, one) => total + (one ?? 0), 0);

/** The start of the debt: of the oldest bill, because an unpaid subscription makes a new bill every month. */
const dueSince = (unpaid: Stripe.Invoice[]): Date | null =>
  unpaid.length === 0 ? null : new Date(Math.min(...unpaid.map((one) => one.due_date ?? one.created)) * 1000);

/** Tells whether even the subscription's first bill is unpaid, as after a debit that bounces days later. */
const isFirst = (unpaid: Stripe.Invoice[]): boolean =>
  unpaid.some(({ billing_reason: reason }) => reason === 'subscription_create');

/** The fields of the subscription itself. Its period is on its items (since API version 2025-03-31). */
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
