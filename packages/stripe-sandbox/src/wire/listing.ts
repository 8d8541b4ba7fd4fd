import { StripeApiError } from './stripe-api.error.js';

const DEFAULT_LIMIT = 10;

/** Parameters of a page: https://docs.stripe.com/api/pagination */
export interface Paging {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
}

/** A page of a list. */
export interface List<T> {
  object: 'list';
  url: string;
  has_more: boolean;
  data: T[];
}

/** @param newestFirst all objects of the list */
export function listPage<T extends { id: string }>(url: string, newestFirst: T[], paging: Paging): List<T> {
  const { limit = DEFAULT_LIMIT, starting_after: after, ending_before: before } = paging;
  if (after !== undefined && before !== undefined)
    throw new StripeApiError(
      400,
      'You may only specify one of these parameters: starting_after, ending_before.',
      {
        code: 'parameters_exclusive',
      },
    );
  if (before !== undefined) {
    const newer = newestFirst.slice(0, indexOf(newestFirst, before, 'ending_before'));
    return { object: 'list', url, has_more: newer.length > limit, data: newer.slice(-limit) };
  }
  const from = after === undefined ? 0 : indexOf(newestFirst, after, 'starting_after') + 1;
  const rest = newestFirst.slice(from);
  return { object: 'list', url, has_more: rest.length > limit, data: rest.slice(0, limit) };
}

/** The newest first: a table is in the order in which its objects were made. */
export const newestFirst = <T>(table: Record<string, T>): T[] => Object.values(table).toReversed();

function indexOf(all: { id: string }[], id: string, param: string): number {
  const index = all.findIndex((each) => each.id === id);
  if (index < 0) throw StripeApiError.missing('object', id, param);
  return index;
}
