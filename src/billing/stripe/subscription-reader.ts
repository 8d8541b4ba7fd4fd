import { Inject, Injectable, Logger } from '@nestjs/common';
import type Stripe from 'stripe';
import type { PaymentProblem, Subscription } from '../subscription.entity.js';
import type { Patience } from './patience.js';
import { isMissing, StripeApi } from './stripe-api.js';
import { isLive, STRIPE_ENDPOINT, type StripeEndpoint } from './stripe-endpoint.js';

/** Nobody has more: past it something else is wrong. */
const MAX_SUBSCRIPTIONS = 100;
/** Invoices of one subscription that may be open at once. */
const MAX_OPEN_INVOICES = 100;

/** A subscription as Stripe has it now, without whose it is. */
export type ReadSubscription = Omit<Subscription, 'userId'>;

/** States in which what was paid, or is due, decides about the tier. */
const PAID = new Set(['active', 'trialing', 'past_due']);
const DUE = new Set(['past_due', 'unpaid', 'incomplete']);

/** Asks Stripe what a customer has. Payloads of events are believed in nothing; this is. */
@Injectable()
export class SubscriptionReader {
  private readonly logger = new Logger('SubscriptionReader');

  constructor(
    private readonly api: StripeApi,
    @Inject(STRIPE_ENDPOINT) private readonly endpoint: StripeEndpoint,
  ) {}

  /**
   * A customer's subscriptions to Pro, newest first; null when Stripe has deleted the customer.
   * @throws StripeUnavailable
   */
  async read(customerId: string, patience: Patience): Promise<ReadSubscription[] | null> {
    const found = await this.list(customerId, patience);
    if (!found) return null;
    const ours = found.filter((one) => this.isOurs(one));
    return Promise.all(ours.map((one) => this.complete(one, patience)));
  }

  private async list(customerId: string, patience: Patience): Promise<Stripe.Subscription[] | null> {
    try {
      const { data } = await this.api.ask(patience, (stripe, options) =>
        stripe.subscriptions.list({ customer: customerId, status: 'all', limit: MAX_SUBSCRIPTIONS }, options),
      );
      return data;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** A customer may buy other things of the same seller. */
  private isOurs({ id, items, livemode }: Stripe.Subscription): boolean {
    if (livemode !== isLive(this.endpoint)) {
      this.logger.error(`subscription ${id} is of the other mode: not taken`);
      return false;
    }
    return items.data.some(({ price }) => this.endpoint.pricesPro.includes(price.id));
  }

  private async complete(subscription: Stripe.Subscription, patience: Patience): Promise<ReadSubscription> {
    const { id, status } = subscription;
    const facts = factsOf(subscription, this.endpoint.pricesPro);
    const [due, revoked] = await Promise.all([
      DUE.has(status) ? this.due(id, patience) : null,
      PAID.has(status) ? this.revoked(id, patience) : null,
    ]);
    return {
      ...facts,
      // Without an open invoice it was given up: then the period that nobody has paid for is what is due.
      pastDueSince: status === 'past_due' ? (due?.since ?? periodStartOf(subscription)) : null,
      paymentProblem: due?.problem ?? null,
      revoked,
    };
  }

  /** Since when a payment is due, and what keeps it. */
  private async due(
    subscriptionId: string,
    patience: Patience,
  ): Promise<{ since: Date; problem: PaymentProblem } | null> {
    const { data: open } = await this.api.ask(patience, (stripe, options) =>
      stripe.invoices.list(
        { subscription: subscriptionId, status: 'open', limit: MAX_OPEN_INVOICES },
        options,
      ),
    );
    if (open.length === 0) return null;
    const intents = await this.payments(open[0]!.id, patience);
    const needsAction = intents.some(({ status }) => status === 'requires_action');
    return {
      // Of the oldest one: a subscription that nobody pays for makes new ones, month after month.
      since: new Date(Math.min(...open.map((one) => one.due_date ?? one.created)) * 1000),
      problem: needsAction ? 'action_required' : 'payment_failed',
    };
  }

  /** Was the newest payment given back, by us or by the bank? */
  private async revoked(subscriptionId: string, patience: Patience): Promise<'refunded' | 'disputed' | null> {
    const { data } = await this.api.ask(patience, (stripe, options) =>
      stripe.invoices.list({ subscription: subscriptionId, status: 'paid', limit: 1 }, options),
    );
    const newest = data[0];
    // A trial's first invoice is paid with nothing.
    if (!newest || newest.amount_paid === 0) return null;
    const intents = await this.payments(newest.id, patience);
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

  /** The payments of an invoice, with their charges. */
  private async payments(invoiceId: string | undefined, patience: Patience): Promise<Stripe.PaymentIntent[]> {
    if (invoiceId === undefined) return [];
    const { data } = await this.api.ask(patience, (stripe, options) =>
      stripe.invoicePayments.list(
        { invoice: invoiceId, limit: 10, expand: ['data.payment.payment_intent.latest_charge'] },
        options,
      ),
    );
    return data.flatMap(({ payment: { payment_intent: intent } }) =>
      typeof intent === 'object' ? intent : [],
    );
  }
}

const periodStartOf = ({ items }: Stripe.Subscription): Date =>
  new Date(Math.max(...items.data.map((item) => item.current_period_start)) * 1000);

/** What the subscription itself says. Its period is on its items (since API version 2025-03-31). */
function factsOf(
  subscription: Stripe.Subscription,
  pricesPro: string[],
): Omit<ReadSubscription, 'pastDueSince' | 'paymentProblem' | 'revoked'> {
  const item = subscription.items.data.find(({ price }) => pricesPro.includes(price.id))!;
  const periodEnd = new Date(item.current_period_end * 1000);
  const { cancel_at: cancelAt, cancel_at_period_end: cancelAtPeriodEnd } = subscription;
  const settled = cancelAt === null ? null : new Date(cancelAt * 1000);
  return {
    id: subscription.id,
    status: subscription.status,
    priceId: item.price.id,
    amount: item.price.unit_amount,
    currency: item.price.currency,
    priceInterval: item.price.recurring?.interval ?? null,
    currentPeriodEnd: periodEnd,
    cancelAtPeriodEnd,
    endsAt: settled ?? (cancelAtPeriodEnd ? periodEnd : null),
    startedAt: new Date(subscription.created * 1000),
  };
}
