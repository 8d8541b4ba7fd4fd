import type { CheckoutSession, Invoice, Subscription } from '../state/kept.js';
import type { CardBehaviour, CheckoutOrder } from '../state/stripe-state.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { DECLINED } from './payment-objects.js';
import { trialEndOf } from './checkout.js';
import { collect, endSlowPayment, finalizeAndCollect } from './collecting.js';
import { createCustomer } from './customers.js';
import { lookUp } from './lookup.js';
import { isOver } from './subscription-facts.js';
import { startSubscription } from './subscription-start.js';
import { firstInvoice } from './subscriptions.js';
import { giveCard, walletOf } from './wallets.js';
import type { StripeAccount } from './stripe-account.js';

/**
 * The paying card. `works` · `fails_later`: works now and declines from then on · `needs_action_later`: works now; at
 * renewals the bank requires confirmation · `bank_debit`: its success is known days later.
 */
export const PAYING_CARDS = ['works', 'fails_later', 'needs_action_later', 'bank_debit'] as const;
export type PayingCard = (typeof PAYING_CARDS)[number];

const NOW: Record<PayingCard, CardBehaviour> = {
  works: 'works',
  fails_later: 'works',
  needs_action_later: 'works',
  bank_debit: 'is_slow',
};
const LATER: Record<PayingCard, CardBehaviour> = {
  works: 'works',
  fails_later: 'declines',
  needs_action_later: 'needs_action',
  bank_debit: 'works',
};

/** Pays a checkout: creates the customer, the subscription and its first invoice, and completes the session. */
export function payCheckout(account: StripeAccount, session: CheckoutSession, card: PayingCard): void {
  const order = openOrder(account, session);
  const customer = customerOf(account, session);
  const trial = trialEndOf(account, order);
  const wallet = walletOf(account, customer);
  if (trial === null || session.payment_method_collection !== 'if_required')
    giveCard(account, customer, session.customer_details?.email ?? null);
  const { subscription, invoice } = ordered(account, order, customer);
  const outcome =
    invoice.status === 'draft'
      ? finalizeAndCollect(account, invoice, NOW[card])
      : collect(account, invoice, NOW[card]);
  wallet.behaviour = LATER[card];
  // With a bank debit the service begins before the money has arrived
  // (docs.stripe.com/billing/subscriptions/payment-methods-setup).
  if (outcome === 'processing') activate(account, subscription);
  complete(account, session, subscription, invoice, trial, outcome === 'succeeded');
}

/** Declines the card: the session stays open. With `incomplete` the subscription is created and waits for its payment. */
export function declineCheckout(account: StripeAccount, session: CheckoutSession, incomplete: boolean): void {
  const order = openOrder(account, session);
  order.declined = DECLINED;
  if (!incomplete) return;
  const customer = customerOf(account, session);
  const { subscription, invoice } = ordered(account, order, customer);
  order.incomplete = subscription.id;
  if (invoice.status === 'draft') finalizeAndCollect(account, invoice, 'declines');
  else collect(account, invoice, 'declines');
}

/**
 * Ends the bank debit of a checkout with success or failure.
 * @throws StripeApiError for a session without a pending debit
 */
export function endCheckoutDebit(account: StripeAccount, session: CheckoutSession, succeeds: boolean): void {
  const invoice = account.state.invoices[session.invoice ?? ''];
  if (session.status !== 'complete' || session.payment_status !== 'unpaid' || !invoice)
    throw new StripeApiError(400, 'This Checkout Session waits for no bank.');
  endSlowPayment(account, invoice, succeeds);
  if (succeeds) session.payment_status = 'paid';
  account.emit(`checkout.session.async_payment_${succeeds ? 'succeeded' : 'failed'}`, session);
}

function openOrder(account: StripeAccount, session: CheckoutSession): CheckoutOrder {
  const order = account.state.orders[session.id];
  if (session.status !== 'open' || !order)
    throw new StripeApiError(400, `This Checkout Session is ${session.status ?? 'gone'}.`);
  if (session.customer !== null) lookUp(account.state.customers, 'customer', session.customer, 'customer');
  return order;
}

function customerOf(account: StripeAccount, session: CheckoutSession): string {
  if (session.customer !== null) return session.customer;
  const email = session.customer_email ?? 'customer@example.com';
  const { id } = createCustomer(account, { email });
  session.customer = id;
  session.customer_details = {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name: null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  };
  return id;
}

/** The ordered subscription: a new one, or the incomplete one of a declined card. */
function ordered(
  account: StripeAccount,
  order: CheckoutOrder,
  customer: string,
): { subscription: Subscription; invoice: Invoice } {
  const left = account.state.subscriptions[order.incomplete ?? ''];
  const open = account.state.invoices[left?.latest_invoice ?? ''];
  if (left && open && !isOver(left)) return { subscription: left, invoice: open };
  const subscription = startSubscription(account, {
    customer,
    items: order.lines.map(({ price, quantity }) => ({ price: price!, quantity: quantity ?? 1 })),
    metadata: order.subscriptionMetadata,
    description: order.description,
    trialEnd: trialEndOf(account, order),
    missingPaymentMethod: order.missingPaymentMethod,
    paymentMethod: walletOf(account, customer).paymentMethod?.id ?? null,
  });
  return { subscription, invoice: firstInvoice(account, subscription) };
}

function activate(account: StripeAccount, subscription: Subscription): void {
  account.change('customer.subscription.updated', subscription, () => {
    subscription.status = 'active';
  });
}

function complete(
  account: StripeAccount,
  session: CheckoutSession,
  subscription: Subscription,
  invoice: Invoice,
  trial: number | null,
  paid: boolean,
): void {
  session.status = 'complete';
  session.url = null;
  session.subscription = subscription.id;
  session.invoice = invoice.id;
  if (trial !== null) session.payment_status = 'no_payment_required';
  else if (paid) session.payment_status = 'paid';
  account.emit('checkout.session.completed', session);
}
