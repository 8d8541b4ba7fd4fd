import type { GenerateEnd } from '../llm/language-model.js';
import type { Ending } from '../messages/replies/claim.js';

/** Maps the end of an answer to the final state of the reply. */
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
      // The text stays; `truncated` says that it is incomplete.
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
