import { Inject, Injectable, Logger } from '@nestjs/common';
import type Stripe from 'stripe';
import { Customers } from '../customers.service.js';
import type { PaymentProblem, Subscription } from '../subscription.entity.js';
import type { Patience } from './patience.js';
import { isMissing, StripeApi } from './stripe-api.js';
import { isLive, STRIPE_ENDPOINT } from './stripe-endpoint.js';
import type { StripeSettings } from '../../platform/config/config.js';

/** Nobody has more: past it something else is wrong. */
const MAX_SUBSCRIPTIONS = 100;
/** Enough to find the newest that was paid: whoever has not paid for so many has nothing to lose any more. */
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
  async read(userId: string, customerId: string, patience: Patience): Promise<ReadSubscription[] | null> {
    const found = await this.list(customerId, patience);
    if (!found) return null;
    const ours = found.filter((one) => this.isOurs(one, userId));
    return Promise.all(ours.map((one) => this.complete(one, patience)));
  }

  private async list(customerId: string, patience: Patience): Promise<Stripe.Subscription[] | null> {
    try {
      const { data } = await this.api.ask(patience, (stripe, options) =>
        stripe.subscriptions.list({ customer: customerId, status: 'all', limit: MAX_SUBSCRIPTIONS }, options),
      );
      return data;
    } catch (error) {
      if (isMissing(error) && (await this.customers.isDeleted(customerId, patience))) return null;
      throw error;
    }
  }

  /** A customer may buy other things of the same seller; what was sold here stays ours, whatever its price is now. */
  private isOurs({ id, items, livemode, metadata }: Stripe.Subscription, userId: string): boolean {
    if (livemode !== isLive(this.endpoint)) {
      this.logger.error(`subscription ${id} is of the other mode: not taken`);
      return false;
    }
    return items.data.some(this.isPro) || metadata['user_id'] === userId;
  }

  private readonly isPro = ({ price }: Stripe.SubscriptionItem): boolean =>
    this.endpoint.pricesPro.includes(price.id);

  private async complete(subscription: Stripe.Subscription, patience: Patience): Promise<ReadSubscription> {
    const { id, status, items } = subscription;
    const item = items.data.find(this.isPro) ?? items.data[0];
    const facts = factsOf(subscription, item);
    if (!item || !this.isPro(item)) return { ...facts, revoked: 'other_price' };
    if (!ASKED_ABOUT.has(status)) return facts;
    const bills = await this.bills(id, patience);
    const isPastDue = status === 'past_due';
    return {
      ...facts,
      // Without a bill it was given up: then the period that nobody has paid for is what is due.
      pastDueSince: isPastDue ? (dueSince(bills.unpaid) ?? new Date(item.current_period_start * 1000)) : null,
      paymentProblem: await this.problem(bills.unpaid[0], patience),
      revoked:
        (await this.revoked(bills.paid, patience)) ??
        (isPastDue && isFirst(bills.unpaid) ? 'never_paid' : null),
    };
  }

  /** The newest bill that was paid with money, and those after it that were not, newest first. */
  private async bills(
    subscriptionId: string,
    patience: Patience,
  ): Promise<{ paid: Stripe.Invoice | undefined; unpaid: Stripe.Invoice[] }> {
    const { data } = await this.api.ask(patience, (stripe, options) =>
      stripe.invoices.list({ subscription: subscriptionId, limit: MAX_INVOICES }, options),
    );
    // A trial's first bill is paid with nothing, and so is one that credit covers.
    const at = data.findIndex(({ status, amount_paid: amount }) => status === 'paid' && amount > 0);
    const newer = at < 0 ? data : data.slice(0, at);
    return {
      paid: data[at],
      unpaid: newer.filter(({ status }) => status === 'open' || status === 'uncollectible'),
    };
  }

  private async problem(
    newestUnpaid: Stripe.Invoice | undefined,
    patience: Patience,
  ): Promise<PaymentProblem | null> {
    // An open one may not have been tried yet.
    if (!newestUnpaid || newestUnpaid.attempt_count === 0) return null;
    const intents = await this.payments(newestUnpaid, patience);
    return intents.some(({ status }) => status === 'requires_action') ? 'action_required' : 'payment_failed';
  }

  /** Was the newest payment given back, by us or by the bank? */
  private async revoked(
    newestPaid: Stripe.Invoice | undefined,
    patience: Patience,
  ): Promise<'refunded' | 'disputed' | null> {
    if (!newestPaid) return null;
    const intents = await this.payments(newestPaid, patience);
    const charges = intents.flatMap(({ latest_charge: charge }) =>
      charge !== null && typeof charge === 'object' ? charge : [],
    );
    if (charges.some(({ refunded }) => refunded)) return 'refunded';
    const disputed = charges.filter((charge) => charge.disputed);
    for (const { id } of disputed) if (await this.isLost(id, patience)) return 'disputed';
    return null;
  }

  private async isLost(chargeId: string, patience: Patience): Promise<boolean> {
    const { data } = await this.api.ask(patience, (stripe, options) =>
      stripe.disputes.list({ charge: chargeId, limit: 10 }, options),
    );
    return data.some(({ status }) => status === 'lost');
  }

  /** The payments of a bill, with their charges. */
  private async payments({ id }: Stripe.Invoice, patience: Patience): Promise<Stripe.PaymentIntent[]> {
    const { data } = await this.api.ask(patience, (stripe, options) =>
      stripe.invoicePayments.list(
        { invoice: id, limit: 10, expand: ['data.payment.payment_intent.latest_charge'] },
        options,
      ),
    );
    return data.flatMap(({ payment: { payment_intent: intent } }) =>
      typeof intent === 'object' ? intent : [],
    );
  }
}

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
  const periodEnd = item ? new Date(item.current_period_end * 1000) : null;
  const { cancel_at: cancelAt, cancel_at_period_end: cancelAtPeriodEnd } = subscription;
  const settled = cancelAt === null ? null : new Date(cancelAt * 1000);
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
    startedAt: new Date(subscription.created * 1000),
  };
}
