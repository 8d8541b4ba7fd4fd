import type { Invoice, Subscription } from '../state/kept.js';
import type { CardBehaviour } from '../state/stripe-state.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { chargeForInvoice, endSlowCharge, nextBehaviour } from './charges.js';
import { DECLINED, type ChargeOutcome } from './payment-objects.js';
import { finalizeInvoice, settleInvoice, subscriptionOf, unpaidInvoicesOf } from './invoices.js';
import { endSubscription } from './subscription-end.js';
import { isOver } from './subscription-facts.js';
import type { World } from './world.js';

const DAY_SECONDS = 86_400;

/**
 * Tries to get an open invoice paid, and lets the subscription follow: active when it is, past_due when it is not, and at
 * the end of the retries what the account's settings say.
 * @param behaviour how the card behaves this time; default: as the customer's card does
 */
export function collect(world: World, invoice: Invoice, behaviour?: CardBehaviour): ChargeOutcome {
  if (invoice.amount_due === 0) {
    settleInvoice(world, invoice);
    followPaid(world, invoice);
    return 'succeeded';
  }
  const outcome = chargeForInvoice(world, invoice, behaviour ?? nextBehaviour(world, invoice.customer ?? ''));
  invoice.attempt_count += 1;
  invoice.attempted = true;
  if (outcome === 'succeeded') {
    settleInvoice(world, invoice);
    followPaid(world, invoice);
  } else if (outcome === 'processing') {
    invoice.next_payment_attempt = null;
  } else {
    if (outcome === 'needs_action') world.emit('invoice.payment_action_required', invoice);
    followFailed(world, invoice);
  }
  return outcome;
}

/** Finalizes a draft and tries to get it paid at once. */
export function finalizeAndCollect(world: World, invoice: Invoice, behaviour?: CardBehaviour): ChargeOutcome {
  finalizeInvoice(world, invoice);
  return collect(world, invoice, behaviour);
}

/**
 * POST /v1/invoices/:id/pay: an attempt out of turn.
 * @throws StripeApiError 402 with the card's refusal; 400 for an invoice that is not owed
 */
export function payInvoice(world: World, invoice: Invoice, behaviour?: CardBehaviour): ChargeOutcome {
  if (invoice.status === 'paid') throw StripeApiError.invalid('id', 'Invoice is already paid');
  if (invoice.status === 'draft') finalizeInvoice(world, invoice);
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible')
    throw StripeApiError.invalid('id', `Invoice is ${invoice.status}: it cannot be paid`);
  return collect(world, invoice, behaviour);
}

/** A card's refusal as the API tells it. */
export const cardError = (): StripeApiError =>
  new StripeApiError(402, DECLINED, {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
  });

/** A bank debit has ended, days later. */
export function endSlowPayment(world: World, invoice: Invoice, succeeds: boolean): void {
  endSlowCharge(world, invoice, succeeds);
  if (succeeds) {
    settleInvoice(world, invoice);
    followPaid(world, invoice);
  } else {
    followFailed(world, invoice);
  }
}

function followPaid(world: World, invoice: Invoice): void {
  const subscription = world.state.subscriptions[subscriptionOf(invoice) ?? ''];
  if (!subscription || isOver(subscription)) return;
  if (
    unpaidInvoicesOf(world, subscription.id).some(({ status, attempted }) => status === 'open' && attempted)
  )
    return;
  setDelinquent(world, subscription, false);
  world.change('customer.subscription.updated', subscription, () => {
    if (BEHIND.has(subscription.status)) subscription.status = 'active';
  });
}

const BEHIND: ReadonlySet<string> = new Set(['incomplete', 'past_due', 'unpaid']);

function followFailed(world: World, invoice: Invoice): void {
  const { retryAfterDays, afterRetries } = world.state.settings;
  const subscription = world.state.subscriptions[subscriptionOf(invoice) ?? ''];
  const first = subscription?.status === 'incomplete';
  // The first payment is for whoever is at the checkout to repeat, not for Stripe.
  const days = first ? undefined : retryAfterDays[invoice.attempt_count - 1];
  invoice.next_payment_attempt = days === undefined ? null : world.now + days * DAY_SECONDS;
  world.emit('invoice.payment_failed', invoice);
  if (!subscription || first || isOver(subscription)) return;
  setDelinquent(world, subscription, true);
  if (days === undefined && afterRetries === 'cancel') {
    endSubscription(world, subscription, 'payment_failed');
    return;
  }
  world.change('customer.subscription.updated', subscription, () => {
    if (subscription.status !== 'unpaid') subscription.status = 'past_due';
    if (days === undefined && afterRetries === 'unpaid') subscription.status = 'unpaid';
  });
}

function setDelinquent(world: World, { customer: id }: Subscription, delinquent: boolean): void {
  const customer = world.state.customers[id];
  if (customer)
    world.change('customer.updated', customer, () => {
      customer.delinquent = delinquent;
    });
}
