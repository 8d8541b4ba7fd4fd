import type Stripe from 'stripe';
import type { ProblemCode } from '../../platform/problem/problem-table.js';
import { Problem, retryAfter } from '../../platform/problem/problem.js';

/** Why a person's request is refused by Stripe, where the person, or the app, can do something about it. */
export const REFUSALS = {
  currency_mismatch:
    'What you have paid here before was in another currency, and Stripe takes one per customer. Choose a price in that currency (`price_id`), or ask the operator.',
  tax_location_unknown:
    'Stripe cannot tell where you pay tax. Enter your address at the checkout, or ask the operator.',
  payment_refused:
    'The payment was refused. POST /subscription/portal leads to where another card is entered.',
  other: 'Stripe refuses this. The operator finds why in the log, under this request_id.',
} as const;
export type RefusalReason = keyof typeof REFUSALS;

/** What every route may answer that asks Stripe. */
export const REFUSED_BY_STRIPE: ProblemCode[] = ['billing_refused', 'billing_misconfigured'];

/** What Stripe says of an error; of each field it may say nothing. */
export type Refused = Pick<
  InstanceType<typeof Stripe.errors.StripeError>,
  'type' | 'code' | 'param' | 'message' | 'statusCode'
>;

/** A fault of the set-up asks for a person: sooner than this nothing will have changed. */
const MISCONFIGURED_RETRY_SECONDS = 300;

/** Codes that a wrong key, price, address or setting has (https://docs.stripe.com/error-codes). */
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
 * What a refusal of Stripe's is answered with: 503 where the operator must change something, 409 where it is about this
 * person. Some refusals have no code: then the words that Stripe documents are looked for.
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

/** The portal without settings, tax without an address of the seller, and a price that is not sold any more. */
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

/** A line of a log has no room for more. */
const MAX_MESSAGE = 300;

/** Stripe's message for the log: it may repeat an address, a number or a key that was sent. */
export function loggable(message: unknown): string {
  const words = textOf(message).slice(0, MAX_MESSAGE).split(/\s/);
  return words.map((word) => (isPersonal(word) ? '…' : word)).join(' ');
}

/** The SDK takes a message over from the answer as it is: it may be missing, or no text. */
const textOf = (message: unknown): string => (typeof message === 'string' ? message : '');

const isPersonal = (word: string): boolean =>
  word.includes('@') || word.includes('://') || /[rs]k_|whsec_|\d{6}|\+\d/.test(word);
