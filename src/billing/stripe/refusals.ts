import type Stripe from 'stripe';
import type { ProblemCode } from '../../platform/problem/problem-table.js';
import { Problem, retryAfter } from '../../platform/problem/problem.js';

/** Reasons for which Stripe refuses a user's request, with what the user or the app can do about each. */
export const REFUSALS = {
  currency_mismatch:
    'Your earlier payments here were in another currency, and Stripe allows one currency per customer. Choose a price in that currency (`price_id`), or ask the operator.',
  tax_location_unknown:
    'Stripe cannot determine where you pay tax. Enter your address at the checkout, or ask the operator.',
  payment_refused:
    'The payment was refused. Call POST /subscription/portal and enter another card on the page that it returns.',
  other: 'Stripe refused the request. The operator finds the reason in the log under this request_id.',
} as const;
export type RefusalReason = keyof typeof REFUSALS;

/** Problems of every route that calls Stripe. */
export const REFUSED_BY_STRIPE: ProblemCode[] = ['billing_refused', 'billing_misconfigured'];

/** Fields of a Stripe error; Stripe may leave out any of them. */
export type Refused = Pick<
  InstanceType<typeof Stripe.errors.StripeError>,
  'type' | 'code' | 'param' | 'message' | 'statusCode'
>;

/** A wrong setting needs an operator: an earlier retry would meet the same fault. */
const MISCONFIGURED_RETRY_SECONDS = 300;

/** Codes of a wrong key, price, address or setting (https://docs.stripe.com/error-codes). */
const MISCONFIGURED_CODES = new Set([
  'resource_missing',
  'price_inactive',
  'product_inactive',
  'url_invalid',
  'secret_key_required',
  'api_key_expired',
  'platform_api_key_expired',
  'livemode_mismatch',
  'testmode_charges_only',
  'account_invalid',
  'stripe_tax_inactive',
  'parameter_unknown',
  'parameter_missing',
  'parameter_invalid_empty',
]);

/**
 * Maps a refusal of Stripe's to a problem: 503 where the operator must change a setting, 409 where it concerns this user.
 * Refusals without a code are recognized by the words that Stripe documents.
 */
export function toProblem(refused: Refused): Problem {
  if (isMisconfigured(refused))
    return new Problem('billing_misconfigured', undefined, {
      headers: retryAfter(MISCONFIGURED_RETRY_SECONDS),
      cause: refused,
    });
  const reason = reasonOf(refused);
  return new Problem('billing_refused', REFUSALS[reason], { extra: { reason }, cause: refused });
}

function isMisconfigured({ type, code = '', message, statusCode }: Refused): boolean {
  if (statusCode === 401 || statusCode === 403) return true;
  if (type === 'StripeAuthenticationError' || type === 'StripePermissionError') return true;
  return (
    MISCONFIGURED_CODES.has(code) || MISCONFIGURED_WORDS.some((words) => textOf(message).includes(words))
  );
}

/** Messages of a portal without settings, of tax without the seller's address, and of a price that is no longer sold. */
const MISCONFIGURED_WORDS = [
  'default configuration has not been created',
  'No configuration provided',
  'head office address',
  'price specified is inactive',
];

function reasonOf({ type, code, message }: Refused): RefusalReason {
  if (textOf(message).includes('combine currencies')) return 'currency_mismatch';
  if (code === 'customer_tax_location_invalid') return 'tax_location_unknown';
  if (type === 'StripeCardError') return 'payment_refused';
  return 'other';
}

/** Longest message in a log line. */
const MAX_MESSAGE = 300;

/** Stripe's message for the log, without the addresses, numbers and keys that it may repeat from the request. */
export function loggable(message: unknown): string {
  const words = textOf(message).slice(0, MAX_MESSAGE).split(/\s/);
  return words.map((word) => (isPersonal(word) ? '…' : word)).join(' ');
}

/** The SDK copies the message from the answer: it may be missing, or no string. */
const textOf = (message: unknown): string => (typeof message === 'string' ? message : '');

const isPersonal = (word: string): boolean =>
  word.includes('@') || word.includes('://') || /[rs]k_|whsec_|\d{6}|\+\d/.test(word);
