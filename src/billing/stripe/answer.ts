import { StripeUnavailable } from './stripe-api.js';

/**
 * What an answer of Stripe's must have for us to act on it. A proxy, a stand-in or another version may leave it out: then
 * the answer says nothing, and the same question is asked again later. No error of ours comes of it, and nobody loses Pro.
 */

/**
 * The rows of a list. An answer without rows does not say that there are none: a customer would be forgotten.
 * @throws StripeUnavailable
 */
export function rowsOf<T>(list: { data?: T[] } | null | undefined): T[] {
  const data = list?.data;
  if (!Array.isArray(data)) throw new StripeUnavailable('the answer is not a list');
  return data;
}

/**
 * A text that the answer must name: an id, an address.
 * @throws StripeUnavailable
 */
export function textOf(value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw new StripeUnavailable('the answer lacks what it is about');
  return value;
}

/** Stripe's seconds as a moment; null where there is none, or none that can be stored. */
export function momentOf(seconds: unknown): Date | null {
  const isMoment = Number.isSafeInteger(seconds) && Math.abs(seconds as number) <= MAX_SECONDS;
  return isMoment ? new Date((seconds as number) * 1000) : null;
}

/** The end of year 9999: what PostgreSQL and ISO 8601 can write. */
const MAX_SECONDS = 253_402_300_799;
