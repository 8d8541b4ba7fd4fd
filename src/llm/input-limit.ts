import { Rejected, type GenerateRequest, type Turn } from './language-model.js';
import { estimateTokens, minTokens } from './tokens.js';

/**
 * Cuts a request to a model's input limit by leaving out the oldest turns. The request may have been made for another
 * model with a larger window.
 * @throws Rejected without a call when the message alone exceeds the limit, whatever the tokenizer
 */
export function fitToInputLimit(request: GenerateRequest, maxInputTokens: number): GenerateRequest {
  const { turns, systemPrompt } = request;
  const message = turns.at(-1)?.text ?? '';
  const least = minTokens(message);
  if (minTokens(systemPrompt ?? '') + least > maxInputTokens)
    // `setup` when a shorter system prompt would make the message fit: the message stays in the history.
    throw new Rejected(
      least > maxInputTokens ? 'message' : 'setup',
      'longer than the input limit, not asked',
    );
  let left = maxInputTokens - estimateTokens(systemPrompt ?? '') - estimateTokens(message);
  let first = turns.length - 1;
  for (; first > 0; first -= 1) {
    left -= estimateTokens(turns[first - 1]!.text);
    if (left < 0) break;
  }
  return { ...request, turns: startingWithUser(turns.slice(Math.max(first, 0))) };
}

/** Drops leading turns of the model: providers require a conversation to begin with the user. */
export function startingWithUser(turns: Turn[]): Turn[] {
  const first = turns.findIndex(({ role }) => role === 'user');
  return turns.slice(first);
}
