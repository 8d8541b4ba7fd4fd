import { ModelError, ProviderSkipped, Rejected, type ModelErrorKind } from '../llm/language-model.js';
import type { ReplyErrorCode } from '../messages/message.entity.js';
import { MAX_TRIES } from '../messages/replies/reply-policy.js';
import { backoffMs, deferralMs } from './backoff.js';

/** What becomes of a reply whose try failed. */
export type NextStep =
  /** Another worker begins it at once. */
  | { type: 'release' }
  /** It fails. `refused`: the model will not take the message, so later ones are sent without it. */
  | { type: 'fail'; code: ReplyErrorCode; refused: boolean }
  /** It is tried again, and the try counts. */
  | { type: 'retry'; delayMs: number }
  /** It is tried again, and nothing is held against it: the model was not asked, or named the end of its limit. */
  | { type: 'defer'; delayMs: number };

const ERROR_OF: Record<Exclude<ModelErrorKind, 'aborted'>, ReplyErrorCode> = {
  unavailable: 'model_unavailable',
  rate_limited: 'model_rate_limited',
  rejected: 'model_rejected',
  timeout: 'model_timeout',
};

/**
 * What is done after a failure. Any error that is not the model's is our own and counts as a failed try, so that nothing
 * is tried for ever.
 * @param leftMs until the reply's deadline: what would go on after it fails now, and gives its unit back
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
  // What the provider asked for counts, not our own cap of it: a day's quota is not worth a room that waits.
  const isTooLate = Math.max(delayMs, waitMs ?? 0) >= leftMs;
  if (isHopeless || isUsedUp || isTooLate) return { type: 'fail', code, refused };
  return { type: isDeferral ? 'defer' : 'retry', delayMs };
}
