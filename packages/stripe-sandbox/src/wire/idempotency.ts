import type { IdempotentAnswer, StripeState } from '../state/stripe-state.js';
import { StripeApiError } from './stripe-api.error.js';

/** Who holds a key for longer than this has died. */
const IN_PROGRESS_SECONDS = 60;

/**
 * The stored response to a key; null for a new key. https://docs.stripe.com/api/idempotent_requests
 * @throws StripeApiError 400 for other parameters than the first time, 409 while the first request runs
 */
export function earlierAnswer(
  state: StripeState,
  key: string,
  fingerprint: string,
  now: number,
): IdempotentAnswer['answer'] {
  const earlier = state.idempotency[nameOf(key)];
  if (!earlier) return null;
  if (earlier.fingerprint !== fingerprint)
    throw new StripeApiError(
      400,
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      { type: 'idempotency_error' },
    );
  if (earlier.answer) return earlier.answer;
  if (now - earlier.at > IN_PROGRESS_SECONDS) return null;
  throw new StripeApiError(
    409,
    `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
    { type: 'idempotency_error', code: 'idempotency_key_in_use' },
  );
}

/** Stores a response, or that a request is running. */
export function remember(state: StripeState, answer: IdempotentAnswer): void {
  state.idempotency[nameOf(answer.key)] = answer;
}

/** Removes keys whose request did not finish, so that it can run again. */
export function forgetUnfinished(state: StripeState, key: string): void {
  if (state.idempotency[nameOf(key)]?.answer === null) delete state.idempotency[nameOf(key)];
}

/**
 * Prefixed, because a key may be any text: `__proto__` would be a prototype, and digits would change the order of the
 * table.
 */
const nameOf = (key: string): string => `key ${key}`;
