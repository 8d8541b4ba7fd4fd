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
import type { World } from './world.js';

/**
 * The card with which somebody pays. `works` · `fails_later`: this time it works, from then on it declines ·
 * `needs_action_later`: this time it works, at renewals the bank wants to be asked · `bank_debit`: whether it works is
 * known days later.
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

/** Somebody pays at the checkout: the customer, the subscription and its first invoice come to be, the session is done. */
export function payCheckout(world: World, session: CheckoutSession, card: PayingCard): void {
  const order = openOrder(world, session);
  const customer = customerOf(world, session);
  const trial = trialEndOf(world, order);
  const wallet = walletOf(world, customer);
  if (trial === null || session.payment_method_collection !== 'if_required')
    giveCard(world, customer, session.customer_details?.email ?? null);
  const { subscription, invoice } = ordered(world, order, customer);
  const outcome =
    invoice.status === 'draft'
      ? finalizeAndCollect(world, invoice, NOW[card])
      : collect(world, invoice, NOW[card]);
  wallet.behaviour = LATER[card];
  // A bank debit's service begins before the money is there (docs.stripe.com/billing/subscriptions/payment-methods-setup).
  if (outcome === 'processing') activate(world, subscription);
  complete(world, session, subscription, invoice, trial, outcome === 'succeeded');
}

/** The card is refused: the session stays open. With `incomplete` what was to be paid for is there, and waits. */
export function declineCheckout(world: World, session: CheckoutSession, incomplete: boolean): void {
  const order = openOrder(world, session);
  order.declined = DECLINED;
  if (!incomplete) return;
  const customer = customerOf(world, session);
  const { subscription, invoice } = ordered(world, order, customer);
  order.incomplete = subscription.id;
  if (invoice.status === 'draft') finalizeAndCollect(world, invoice, 'declines');
  else collect(world, invoice, 'declines');
}

/** The bank has said whether a debit at the checkout worked. @throws StripeApiError for a session that waits for none */
export function endCheckoutDebit(world: World, session: CheckoutSession, succeeds: boolean): void {
  const invoice = world.state.invoices[session.invoice ?? ''];
  if (session.status !== 'complete' || session.payment_status !== 'unpaid' || !invoice)
    throw new StripeApiError(400, 'This Checkout Session waits for no bank.');
  endSlowPayment(world, invoice, succeeds);
  if (succeeds) session.payment_status = 'paid';
  world.emit(`checkout.session.async_payment_${succeeds ? 'succeeded' : 'failed'}`, session);
}

function openOrder(world: World, session: CheckoutSession): CheckoutOrder {
  const order = world.state.orders[session.id];
  if (session.status !== 'open' || !order)
    throw new StripeApiError(400, `This Checkout Session is ${session.status ?? 'gone'}.`);
  if (session.customer !== null) lookUp(world.state.customers, 'customer', session.customer, 'customer');
  return order;
}

function customerOf(world: World, session: CheckoutSession): string {
  if (session.customer !== null) return session.customer;
  const email = session.customer_email ?? 'somebody@example.com';
  const { id } = createCustomer(world, { email });
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

/** What was ordered: anew, or what a refused card left behind. */
function ordered(
  world: World,
  order: CheckoutOrder,
  customer: string,
): { subscription: Subscription; invoice: Invoice } {
  const left = world.state.subscriptions[order.incomplete ?? ''];
  const open = world.state.invoices[left?.latest_invoice ?? ''];
  if (left && open && !isOver(left)) return { subscription: left, invoice: open };
  const subscription = startSubscription(world, {
    customer,
    items: order.lines.map(({ price, quantity }) => ({ price: price!, quantity: quantity ?? 1 })),
    metadata: order.subscriptionMetadata,
    description: order.description,
    trialEnd: trialEndOf(world, order),
    missingPaymentMethod: order.missingPaymentMethod,
    paymentMethod: walletOf(world, customer).paymentMethod?.id ?? null,
  });
  return { subscription, invoice: firstInvoice(world, subscription) };
}

function activate(world: World, subscription: Subscription): void {
  world.change('customer.subscription.updated', subscription, () => {
    subscription.status = 'active';
  });
}

function complete(
  world: World,
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
  world.emit('checkout.session.completed', session);
}
