import { ModelError, ProviderSkipped, Rejected, type ModelErrorKind } from '../llm/language-model.js';
import type { FailureCode } from '../messages/message.entity.js';
import { MAX_TRIES } from '../messages/replies/reply-policy.js';
import { backoffMs, deferralMs } from './backoff.js';

/** The next step of a reply after a failed try. */
export type NextStep =
  /** Another worker may claim it at once. */
  | { type: 'release' }
  /** It fails. `refused`: the model refused the message, so later contexts leave it out. */
  | { type: 'fail'; code: FailureCode; refused: boolean }
  /** It is tried again after the delay, and the try counts. */
  | { type: 'retry'; delayMs: number }
  /** It is tried again after the delay, and the try does not count: the provider was skipped, or named the end of its limit. */
  | { type: 'defer'; delayMs: number };

const ERROR_OF: Record<Exclude<ModelErrorKind, 'aborted'>, FailureCode> = {
  unavailable: 'model_unavailable',
  rate_limited: 'model_rate_limited',
  rejected: 'model_rejected',
  timeout: 'model_timeout',
};

/**
 * The failure policy: what happens to a reply whose try failed.
 *
 * - An abort by a shutting-down worker: release. No crash, so it does not count.
 * - The provider was skipped (breaker open, rest), or a 429 named its wait: defer. Bounded by the deadline alone, so that an
 *   outage of minutes costs no reply its tries.
 * - Any other retriable error: retry with backoff, {@link MAX_TRIES} times. Errors of our own count here as well, so that
 *   no reply is retried without end.
 * - A rejection (bad request, wrong key, refused message): fail at once, because another try would have the same result.
 * - A wait beyond the deadline: fail now. The room's next reply need not wait, and the unit of the day is given back at once.
 *
 * Fallback to another provider happens before: FallbackChain throws only when every provider failed. Not decided here:
 * blocks, which are answers, and lost claims and database outages, which are no failures of a try.
 * @param leftMs until the reply's deadline
 * @param random in [0, 1)
 */
export function nextStep(
  error: unknown,
  { failures, leftMs }: { failures: number; leftMs: number },
  random: number = Math.random(),
): NextStep {
  const isModels = error instanceof ModelError;
  if (isModels && error.kind === 'aborted') return { type: 'release' };
  const code = isModels ? ERROR_OF[error.kind as keyof typeof ERROR_OF] : 'internal';
  const refused = error instanceof Rejected && error.about === 'message';
  const waitMs = isModels ? error.retryAfterMs : null;
  const isDeferral = isModels && (error instanceof ProviderSkipped || error.namesWait);
  const delayMs = isDeferral ? deferralMs(waitMs ?? 0, random) : backoffMs(failures, waitMs, random);
  const isHopeless = isModels && !error.retriable;
  const isUsedUp = !isDeferral && failures + 1 >= MAX_TRIES;
  // Judged by the wait that the provider asked for, not by our cap of it: a used-up daily quota fails the reply at once.
  const isTooLate = Math.max(delayMs, waitMs ?? 0) >= leftMs;
  if (isHopeless || isUsedUp || isTooLate) return { type: 'fail', code, refused };
  return { type: isDeferral ? 'defer' : 'retry', delayMs };
}
