import type { Charge, Invoice, PaymentIntent } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import { giveCard } from './wallets.js';
import type { StripeAccount } from './stripe-account.js';

/** Result of a charge attempt. */
export type ChargeOutcome = 'succeeded' | 'declined' | 'needs_action' | 'processing';

export const DECLINED = 'Your card was declined.';

/** The payment of an invoice: the only link between an invoice and its payment intent. */
export function newIntent(account: StripeAccount, invoice: Invoice): PaymentIntent {
  const id = newStripeId('pi');
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: invoice.amount_due,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic',
    client_secret: newStripeId(`${id}_secret`, 25),
    confirmation_method: 'automatic',
    created: account.now,
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
    transfer_data: null,
    transfer_group: null,
  };
  account.state.paymentIntents[id] = intent;
  linkPayment(account, invoice, id);
  return intent;
}

function linkPayment(account: StripeAccount, invoice: Invoice, intent: string): void {
  const id = newStripeId('inpay');
  account.state.invoicePayments[id] = {
    id,
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: account.now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: intent },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  };
}

/** An attempt to take it. */
export function newCharge(
  account: StripeAccount,
  invoice: Invoice,
  intent: PaymentIntent,
  outcome: ChargeOutcome,
): Charge {
  const customer = invoice.customer ?? '';
  const method = giveCard(account, customer, invoice.customer_email);
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
    created: account.now,
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
  return (account.state.charges[charge.id] = charge);
}

/** Failure fields of a charge; nulls after a success. */
export function failureOf(
  outcome: ChargeOutcome,
): Pick<Charge, 'failure_code' | 'failure_message' | 'outcome'> {
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
