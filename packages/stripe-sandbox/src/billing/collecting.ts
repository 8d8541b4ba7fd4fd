import type { Invoice, Subscription } from '../state/kept.js';
import type { CardBehaviour } from '../state/stripe-state.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { chargeForInvoice, endSlowCharge, nextBehaviour } from './charges.js';
import { DECLINED, type ChargeOutcome } from './payment-objects.js';
import { finalizeInvoice, settleInvoice, subscriptionOf, unpaidInvoicesOf } from './invoices.js';
import { endSubscription } from './subscription-end.js';
import { isOver } from './subscription-facts.js';
import type { StripeAccount } from './stripe-account.js';

const DAY_SECONDS = 86_400;

/**
 * Tries to collect an open invoice and updates the subscription: active after a payment, past_due after a failure, and
 * after the last retry the state that the account's settings name.
 * @param behaviour behaviour of the card this time; default: that of the customer's card
 */
export function collect(account: StripeAccount, invoice: Invoice, behaviour?: CardBehaviour): ChargeOutcome {
  if (invoice.amount_due === 0) {
    settleInvoice(account, invoice);
    followPaid(account, invoice);
    return 'succeeded';
  }
  const outcome = chargeForInvoice(
    account,
    invoice,
    behaviour ?? nextBehaviour(account, invoice.customer ?? ''),
  );
  invoice.attempt_count += 1;
  invoice.attempted = true;
  if (outcome === 'succeeded') {
    settleInvoice(account, invoice);
    followPaid(account, invoice);
  } else if (outcome === 'processing') {
    invoice.next_payment_attempt = null;
  } else {
    if (outcome === 'needs_action') account.emit('invoice.payment_action_required', invoice);
    followFailed(account, invoice);
  }
  return outcome;
}

/** Finalizes a draft and tries to get it paid at once. */
export function finalizeAndCollect(
  account: StripeAccount,
  invoice: Invoice,
  behaviour?: CardBehaviour,
): ChargeOutcome {
  finalizeInvoice(account, invoice);
  return collect(account, invoice, behaviour);
}

/**
 * POST /v1/invoices/:id/pay: an attempt out of turn.
 * @throws StripeApiError 402 with the card's refusal; 400 for an invoice that is not owed
 */
export function payInvoice(
  account: StripeAccount,
  invoice: Invoice,
  behaviour?: CardBehaviour,
): ChargeOutcome {
  if (invoice.status === 'paid') throw StripeApiError.invalid('id', 'Invoice is already paid');
  if (invoice.status === 'draft') finalizeInvoice(account, invoice);
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible')
    throw StripeApiError.invalid('id', `Invoice is ${invoice.status}: it cannot be paid`);
  return collect(account, invoice, behaviour);
}

/** A card's refusal as the API's error. */
export const cardError = (): StripeApiError =>
  new StripeApiError(402, DECLINED, {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
  });

/** A bank debit has ended, days later. */
export function endSlowPayment(account: StripeAccount, invoice: Invoice, succeeds: boolean): void {
  endSlowCharge(account, invoice, succeeds);
  if (succeeds) {
    settleInvoice(account, invoice);
    followPaid(account, invoice);
  } else {
    followFailed(account, invoice);
  }
}

function followPaid(account: StripeAccount, invoice: Invoice): void {
  const subscription = account.state.subscriptions[subscriptionOf(invoice) ?? ''];
  if (!subscription || isOver(subscription)) return;
  if (
    unpaidInvoicesOf(account, subscription.id).some(({ status, attempted }) => status === 'open' && attempted)
  )
    return;
  setDelinquent(account, subscription, false);
  account.change('customer.subscription.updated', subscription, () => {
    if (BEHIND.has(subscription.status)) subscription.status = 'active';
  });
}

const BEHIND: ReadonlySet<string> = new Set(['incomplete', 'past_due', 'unpaid']);

function followFailed(account: StripeAccount, invoice: Invoice): void {
  const { retryAfterDays, afterRetries } = account.state.settings;
  const subscription = account.state.subscriptions[subscriptionOf(invoice) ?? ''];
  const first = subscription?.status === 'incomplete';
  // The customer at the checkout repeats a first payment, not Stripe.
  const days = first ? undefined : retryAfterDays[invoice.attempt_count - 1];
  invoice.next_payment_attempt = days === undefined ? null : account.now + days * DAY_SECONDS;
  account.emit('invoice.payment_failed', invoice);
  if (!subscription || first || isOver(subscription)) return;
  setDelinquent(account, subscription, true);
  if (days === undefined && afterRetries === 'cancel') {
    endSubscription(account, subscription, 'payment_failed');
    return;
  }
  account.change('customer.subscription.updated', subscription, () => {
    if (subscription.status !== 'unpaid') subscription.status = 'past_due';
    if (days === undefined && afterRetries === 'unpaid') subscription.status = 'unpaid';
  });
}

function setDelinquent(account: StripeAccount, { customer: id }: Subscription, delinquent: boolean): void {
  const customer = account.state.customers[id];
  if (customer)
    account.change('customer.updated', customer, () => {
      customer.delinquent = delinquent;
    });
}
