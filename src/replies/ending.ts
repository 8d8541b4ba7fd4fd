import type { GenerateEnd } from '../llm/language-model.js';
import type { Ending } from '../messages/replies/claim.js';

/**
 * Maps the end of an answer to the final state of the reply:
 * - `completed`: the model finished.
 * - `truncated`: the text is incomplete, because the token budget was used up or the model erred after its first text.
 * - `blocked`: a policy of the provider withheld the answer or refused the prompt. It counts as an answer and keeps its unit
 *   of the day.
 * A try without an answer never comes here: failure-policy.ts decides whether it is retried, deferred or `failed`, which gives
 * the unit back. A stop by the user ends the reply as `stopped` (reply-lifecycle.service.ts).
 */
export function endingOf(text: string, end: GenerateEnd): Ending {
  const base = { content: text, model: end.model, usage: end.usage };
  switch (end.finish) {
    case 'stop':
      return { ...base, status: 'completed', finishReason: 'stop', errorCode: null };
    case 'length':
      return { ...base, status: 'truncated', finishReason: 'length', errorCode: null };
    case 'safety':
    case 'recitation':
      return {
        ...base,
        status: 'blocked',
        finishReason: end.finish,
        errorCode: end.promptBlocked ? 'prompt_blocked' : end.finish,
      };
    case 'technical':
      // The model or the server erred, but there is text: it stays, marked as incomplete.
      return { ...base, status: 'truncated', finishReason: 'error', errorCode: null };
    case 'policy':
      return {
        ...base,
        status: 'blocked',
        finishReason: 'error',
        errorCode: end.promptBlocked ? 'prompt_blocked' : 'other',
      };
  }
}
