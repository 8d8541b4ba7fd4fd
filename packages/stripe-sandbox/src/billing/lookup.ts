import type { Table } from '../state/stripe-state.js';
import { StripeApiError } from '../wire/stripe-api.error.js';

/**
 * Finds an object by its id.
 * @param what its name in Stripe's messages
 * @param param parameter with the id; `id`: in the path
 * @throws StripeApiError `resource_missing`
 */
export function lookUp<T>(table: Table<T>, what: string, id: string, param = 'id'): T {
  if (!Object.hasOwn(table, id)) throw StripeApiError.missing(what, id, param);
  return table[id]!;
}

/** Looks an object up by an untrusted id: `__proto__` is none. */
export const find = <T>(table: Table<T>, id: string | null | undefined): T | undefined =>
  typeof id === 'string' && Object.hasOwn(table, id) ? table[id] : undefined;

/** Merges metadata as Stripe does: an empty value deletes its key, null deletes all keys. */
export function mergeMetadata(
  into: Record<string, string>,
  changes: Record<string, string> | null | undefined,
): Record<string, string> {
  if (changes === undefined) return into;
  if (changes === null) return {};
  return Object.fromEntries(Object.entries({ ...into, ...changes }).filter(([, value]) => value !== ''));
}
