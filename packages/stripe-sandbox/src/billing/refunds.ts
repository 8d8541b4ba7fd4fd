import type { Charge, Dispute, Metadata, Refund } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import type { StripeAccount } from './stripe-account.js';

const WEEK_SECONDS = 7 * 86_400;

/** Refunds a charge, wholly or in part. The subscription continues; cancelling it is a separate action. */
export function refundCharge(
  account: StripeAccount,
  charge: Charge,
  { amount, reason, metadata }: { amount?: number; reason?: string; metadata?: Metadata | null } = {},
): Refund {
  const left = charge.amount_captured - charge.amount_refunded;
  if (left <= 0)
    throw new StripeApiError(400, `Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  const given = amount ?? left;
  if (given > left)
    throw StripeApiError.invalid(
      'amount',
      `Refund amount (${given}) is greater than unrefunded amount on charge (${left})`,
    );
  const refund: Refund = {
    id: newStripeId('re'),
    object: 'refund',
    amount: given,
    balance_transaction: newStripeId('txn'),
    charge: charge.id,
    created: account.now,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { card: { type: 'refund' }, type: 'card' },
    metadata: metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: (reason ?? null) as Refund['reason'],
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
  account.state.refunds[refund.id] = refund;
  account.emit('refund.created', refund);
  account.change('charge.refunded', charge, () => {
    charge.amount_refunded += given;
    charge.refunded = charge.amount_refunded === charge.amount_captured;
  });
  return refund;
}

/** The card's owner disputes the charge at the bank. */
export function openDispute(account: StripeAccount, charge: Charge): Dispute {
  if (charge.disputed)
    throw new StripeApiError(400, `Charge ${charge.id} is disputed already.`, { code: 'charge_disputed' });
  const dispute: Dispute = {
    id: newStripeId('du'),
    object: 'dispute',
    amount: charge.amount_captured,
    balance_transactions: [],
    charge: charge.id,
    created: account.now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: account.now + WEEK_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'manual',
    },
    intended_submission_method: 'manual',
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
      type: 'card',
    },
    reason: 'fraudulent',
    status: 'needs_response',
  };
  charge.disputed = true;
  account.state.disputes[dispute.id] = dispute;
  account.emit('charge.dispute.created', dispute);
  return dispute;
}

/** The bank has decided. */
export function closeDispute(account: StripeAccount, dispute: Dispute, outcome: 'won' | 'lost'): void {
  if (dispute.status === 'won' || dispute.status === 'lost')
    throw new StripeApiError(400, `This dispute is closed: it is ${dispute.status}.`);
  dispute.status = outcome;
  account.emit('charge.dispute.closed', dispute);
}

const NO_EVIDENCE: Dispute['evidence'] = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
