import { StripeUnavailable } from './stripe-api.js';

/**
 * Checks of the fields that Stripe's answers must have before this server acts on them. A proxy, a stand-in or another
 * API version may leave a field out. Such an answer counts as "unavailable, retry later": it causes no internal error, and
 * no user loses Pro by it.
 */

/**
 * The rows of a list. An answer without rows is not an empty list: taking it for one would end paid subscriptions.
 * @throws StripeUnavailable
 */
export function rowsOf<T>(list: { data?: T[] } | null | undefined): T[] {
  const data = list?.data;
  if (!Array.isArray(data)) throw new StripeUnavailable('the answer has no list');
  return data;
}

/**
 * A text that the answer must have: an id, an address.
 * @throws StripeUnavailable
 */
export function textOf(value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw new StripeUnavailable('the answer lacks a required field');
  return value;
}

/** Stripe's Unix seconds as a date; null where the value is missing or cannot be stored. */
export function momentOf(seconds: unknown): Date | null {
  const isMoment = Number.isSafeInteger(seconds) && Math.abs(seconds as number) <= MAX_SECONDS;
  return isMoment ? new Date((seconds as number) * 1000) : null;
}

/** The end of year 9999, the last that PostgreSQL and ISO 8601 both write. */
const MAX_SECONDS = 253_402_300_799;
