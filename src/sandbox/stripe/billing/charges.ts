import type { Charge, Invoice, PaymentIntent } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import type { CardBehaviour } from '../state/stripe-state.js';
import { giveCard, walletOf } from './wallets.js';
import type { World } from './world.js';

/** What came of an attempt to take money. */
export type ChargeOutcome = 'succeeded' | 'declined' | 'needs_action' | 'processing';

export const DECLINED = 'Your card was declined.';

/**
 * Tries to take what an invoice asks for from its customer's card.
 * @param behaviour how the card behaves this time
 */
export function chargeForInvoice(world: World, invoice: Invoice, behaviour: CardBehaviour): ChargeOutcome {
  const outcome = OUTCOMES[behaviour];
  const intent = intentOf(world, invoice);
  if (outcome === 'needs_action') {
    intent.status = 'requires_action';
    return outcome;
  }
  const charge = newCharge(world, invoice, intent, outcome);
  intent.latest_charge = charge.id;
  if (outcome === 'succeeded') succeed(world, invoice, intent, charge);
  else if (outcome === 'declined') fail(world, intent, charge);
  else intent.status = 'processing';
  return outcome;
}

/** A bank debit has ended, days later. */
export function endSlowCharge(world: World, invoice: Invoice, succeeds: boolean): void {
  const intent = intentOf(world, invoice);
  const charge =
    world.state.charges[intent.latest_charge ?? ''] ?? newCharge(world, invoice, intent, 'processing');
  if (succeeds) {
    Object.assign(charge, {
      status: 'succeeded',
      paid: true,
      captured: true,
      amount_captured: charge.amount,
    });
    succeed(world, invoice, intent, charge);
  } else {
    Object.assign(charge, failureOf('declined'), { status: 'failed', paid: false });
    fail(world, intent, charge);
  }
}

/** How the card behaves at the next attempt; what was said of one attempt only is used up. */
export function nextBehaviour(world: World, customer: string): CardBehaviour {
  const wallet = walletOf(world, customer);
  const { behaviour } = wallet;
  if (behaviour === 'declines_next') wallet.behaviour = 'works';
  return behaviour;
}

const OUTCOMES: Record<CardBehaviour, ChargeOutcome> = {
  works: 'succeeded',
  declines: 'declined',
  declines_next: 'declined',
  needs_action: 'needs_action',
  is_slow: 'processing',
};

function succeed(world: World, invoice: Invoice, intent: PaymentIntent, charge: Charge): void {
  Object.assign(intent, {
    status: 'succeeded',
    amount_received: intent.amount,
    last_payment_error: null,
    payment_method: charge.payment_method,
  } satisfies Partial<PaymentIntent>);
  const payment = paymentOf(world, invoice);
  if (payment) {
    payment.status = 'paid';
    payment.amount_paid = intent.amount;
    payment.status_transitions.paid_at = world.now;
  }
  world.emit('charge.succeeded', charge);
  world.emit('payment_intent.succeeded', intent);
}

function fail(world: World, intent: PaymentIntent, charge: Charge): void {
  intent.status = 'requires_payment_method';
  intent.last_payment_error = {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: DECLINED,
    charge: charge.id,
  };
  world.emit('charge.failed', charge);
  world.emit('payment_intent.payment_failed', intent);
}

const paymentOf = (world: World, invoice: Invoice) =>
  Object.values(world.state.invoicePayments).find((payment) => payment.invoice === invoice.id);

/** The intent that belongs to an invoice; made with the first attempt. */
function intentOf(world: World, invoice: Invoice): PaymentIntent {
  const known = paymentOf(world, invoice)?.payment.payment_intent;
  const intent = known === undefined ? newIntent(world, invoice) : world.state.paymentIntents[known]!;
  return intent;
}

function newIntent(world: World, invoice: Invoice): PaymentIntent {
  const id = newStripeId('pi');
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: invoice.amount_due,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic',
    client_secret: newStripeId(`${id}_secret`, 25),
    confirmation_method: 'automatic',
    created: world.now,
    currency: invoice.currency,
    customer: invoice.customer,
    customer_account: null,
    description: descriptionOf(invoice),
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: 'off_session',
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_group: null,
  };
  world.state.paymentIntents[id] = intent;
  linkPayment(world, invoice, id);
  return intent;
}

/** Nothing else tells from a payment to its invoice. */
function linkPayment(world: World, invoice: Invoice, intent: string): void {
  const id = newStripeId('inpay');
  world.state.invoicePayments[id] = {
    id,
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: world.now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: intent },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  };
}

function newCharge(world: World, invoice: Invoice, intent: PaymentIntent, outcome: ChargeOutcome): Charge {
  const customer = invoice.customer ?? '';
  const method = giveCard(world, customer, invoice.customer_email);
  const paid = outcome === 'succeeded';
  const charge: Charge = {
    id: newStripeId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: paid ? newStripeId('txn') : null,
    billing_details: { address: null, email: invoice.customer_email, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: 'SANDBOX',
    captured: paid,
    created: world.now,
    currency: invoice.currency,
    customer: invoice.customer,
    description: descriptionOf(invoice),
    disputed: false,
    failure_balance_transaction: null,
    fraud_details: {},
    livemode: false,
    metadata: {},
    on_behalf_of: null,
    paid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: cardDetails(method.card?.exp_year ?? 2030, intent.amount),
    receipt_email: null,
    receipt_number: null,
    receipt_url: invoice.hosted_invoice_url ?? null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: outcome === 'declined' ? 'failed' : paid ? 'succeeded' : 'pending',
    transfer_data: null,
    transfer_group: null,
    ...failureOf(outcome),
  };
  return (world.state.charges[charge.id] = charge);
}

function failureOf(outcome: ChargeOutcome): Pick<Charge, 'failure_code' | 'failure_message' | 'outcome'> {
  const declined = outcome === 'declined';
  return {
    failure_code: declined ? 'card_declined' : null,
    failure_message: declined ? DECLINED : null,
    outcome: {
      advice_code: declined ? 'try_again_later' : null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: declined ? 'declined_by_network' : 'approved_by_network',
      reason: declined ? 'generic_decline' : null,
      risk_level: 'normal',
      risk_score: 1,
      seller_message: declined
        ? 'The bank did not return any further details with this decline.'
        : 'Payment complete.',
      type: declined ? 'issuer_declined' : 'authorized',
    },
  };
}

const cardDetails = (expYear: number, amount: number): Charge['payment_method_details'] => ({
  card: {
    amount_authorized: amount,
    authorization_code: null,
    brand: 'visa',
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    electronic_commerce_indicator: null,
    exp_month: 12,
    exp_year: expYear,
    extended_authorization: { status: 'disabled' },
    fingerprint: 'sandboxsandbox42',
    funding: 'credit',
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: '4242',
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: 'visa',
    network_token: { used: false },
    network_transaction_id: null,
    overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  },
  type: 'card',
});

const descriptionOf = ({ billing_reason }: Invoice): string =>
  billing_reason === 'subscription_create' ? 'Subscription creation' : 'Subscription update';
