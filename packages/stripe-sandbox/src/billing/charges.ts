import type { Charge, Invoice, PaymentIntent } from '../state/kept.js';
import type { CardBehaviour } from '../state/stripe-state.js';
import { DECLINED, failureOf, newCharge, newIntent, type ChargeOutcome } from './payment-objects.js';
import { walletOf } from './wallets.js';
import type { World } from './world.js';

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
  world.emit('charge.succeeded', charge);
  world.emit('payment_intent.succeeded', intent);
  const payment = paymentOf(world, invoice);
  if (!payment) return;
  payment.status = 'paid';
  payment.amount_paid = intent.amount;
  payment.status_transitions.paid_at = world.now;
  world.emit('invoice_payment.paid', payment);
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
