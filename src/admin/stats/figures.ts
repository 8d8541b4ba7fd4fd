import { FIRST_TEXT_BOUNDS_MS } from '../../messages/replies/replies.metrics.js';
import type { ModelPrice } from '../../platform/config/model-prices.js';

/** How many had a time up to each bound of {@link FIRST_TEXT_BOUNDS_MS}, and above the bound before. */
export type Times = ReadonlyMap<number, number>;

/**
 * The time that a share of all does not exceed, in milliseconds; within a bucket times count as evenly spread.
 * @param share 0 to 1
 */
export function percentile(times: Times, share: number): number | null {
  const all = [...times.values()].reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  let below = 0;
  for (const [nth, bound] of FIRST_TEXT_BOUNDS_MS.entries()) {
    const count = times.get(bound) ?? 0;
    if (count > 0 && below + count >= all * share) {
      const from = FIRST_TEXT_BOUNDS_MS[nth - 1] ?? 0;
      return Math.round(from + (bound - from) * Math.max(0, (all * share - below) / count));
    }
    below += count;
  }
  return FIRST_TEXT_BOUNDS_MS.at(-1)!;
}

/** Tokens of one model. `prompt` includes `cached`. */
export interface Tokens {
  prompt: number;
  output: number;
  thought: number;
  cached: number;
}

/** What the tokens cost at the provider, which charges thoughts as output; null: no price is known. */
export function costOf(tokens: Tokens, price: ModelPrice | undefined): number | null {
  if (!price) return null;
  const { prompt, output, thought, cached } = tokens;
  const million =
    (prompt - cached) * price.input + cached * price.cachedInput + (output + thought) * price.output;
  return rounded(million / 1_000_000);
}

/** The sum of those that are known; null: none is. */
export function sumOfCosts(costs: readonly (number | null)[]): number | null {
  const known = costs.filter((cost) => cost !== null);
  return known.length === 0 ? null : rounded(known.reduce((sum, cost) => sum + cost, 0));
}

/** Ten thousandths of the currency: a day of a small installation costs less than a cent. */
const rounded = (amount: number): number => Math.round(amount * 10_000) / 10_000;

/** A share with three digits; null where there is nothing to share. */
export const shareOf = (part: number, whole: number): number | null =>
  whole > 0 ? Math.round((part / whole) * 1000) / 1000 : null;
