import type { Charge, Invoice, PaymentIntent } from '../state/kept.js';
import type { CardBehaviour } from '../state/stripe-state.js';
import { DECLINED, failureOf, newCharge, newIntent, type ChargeOutcome } from './payment-objects.js';
import { walletOf } from './wallets.js';
import type { StripeAccount } from './stripe-account.js';

/**
 * Charges the customer's card for an invoice.
 * @param behaviour behaviour of the card at this attempt
 */
export function chargeForInvoice(
  account: StripeAccount,
  invoice: Invoice,
  behaviour: CardBehaviour,
): ChargeOutcome {
  const outcome = OUTCOMES[behaviour];
  const intent = intentOf(account, invoice);
  if (outcome === 'needs_action') {
    intent.status = 'requires_action';
    return outcome;
  }
  const charge = newCharge(account, invoice, intent, outcome);
  intent.latest_charge = charge.id;
  if (outcome === 'succeeded') succeed(account, invoice, intent, charge);
  else if (outcome === 'declined') fail(account, intent, charge);
  else intent.status = 'processing';
  return outcome;
}

/** A bank debit has ended, days later. */
export function endSlowCharge(account: StripeAccount, invoice: Invoice, succeeds: boolean): void {
  const intent = intentOf(account, invoice);
  const charge =
    account.state.charges[intent.latest_charge ?? ''] ?? newCharge(account, invoice, intent, 'processing');
  if (succeeds) {
    Object.assign(charge, {
      status: 'succeeded',
      paid: true,
      captured: true,
      amount_captured: charge.amount,
    });
    succeed(account, invoice, intent, charge);
  } else {
    Object.assign(charge, failureOf('declined'), { status: 'failed', paid: false });
    fail(account, intent, charge);
  }
}

/** Behaviour of the card at the next attempt; a behaviour for a single attempt is used up. */
export function nextBehaviour(account: StripeAccount, customer: string): CardBehaviour {
  const wallet = walletOf(account, customer);
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

function succeed(account: StripeAccount, invoice: Invoice, intent: PaymentIntent, charge: Charge): void {
  Object.assign(intent, {
    status: 'succeeded',
    amount_received: intent.amount,
    last_payment_error: null,
    payment_method: charge.payment_method,
  } satisfies Partial<PaymentIntent>);
  account.emit('charge.succeeded', charge);
  account.emit('payment_intent.succeeded', intent);
  const payment = paymentOf(account, invoice);
  if (!payment) return;
  payment.status = 'paid';
  payment.amount_paid = intent.amount;
  payment.status_transitions.paid_at = account.now;
  account.emit('invoice_payment.paid', payment);
}

function fail(account: StripeAccount, intent: PaymentIntent, charge: Charge): void {
  intent.status = 'requires_payment_method';
  intent.last_payment_error = {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: DECLINED,
    charge: charge.id,
  };
  account.emit('charge.failed', charge);
  account.emit('payment_intent.payment_failed', intent);
}

const paymentOf = (account: StripeAccount, invoice: Invoice) =>
  Object.values(account.state.invoicePayments).find((payment) => payment.invoice === invoice.id);

/** The intent that belongs to an invoice; made with the first attempt. */
function intentOf(account: StripeAccount, invoice: Invoice): PaymentIntent {
  const known = paymentOf(account, invoice)?.payment.payment_intent;
  const intent = known === undefined ? newIntent(account, invoice) : account.state.paymentIntents[known]!;
  return intent;
}
