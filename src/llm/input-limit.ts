import { Rejected, type GenerateRequest, type Turn } from './language-model.js';
import { estimateTokens, leastTokens } from './tokens.js';

/**
 * The request as a model takes it that is known to take so many tokens: what was said first goes first. What the request
 * was made for may have been another model, with a larger window.
 * @throws Rejected where the message to be answered is too long by itself, whatever the tokenizer: nobody is asked
 */
export function within(request: GenerateRequest, maxInputTokens: number): GenerateRequest {
  const { turns, systemPrompt } = request;
  const message = turns.at(-1)?.text ?? '';
  const least = leastTokens(message);
  if (leastTokens(systemPrompt ?? '') + least > maxInputTokens)
    // What would fit under another prompt is not the message's fault: later ones are sent with it.
    throw new Rejected(
      least > maxInputTokens ? 'message' : 'setup',
      'longer than the model takes, not asked',
    );
  let left = maxInputTokens - estimateTokens(systemPrompt ?? '') - estimateTokens(message);
  let first = turns.length - 1;
  for (; first > 0; first -= 1) {
    left -= estimateTokens(turns[first - 1]!.text);
    if (left < 0) break;
  }
  return { ...request, turns: beginningWithUser(turns.slice(Math.max(first, 0))) };
}

/** Providers want a conversation to begin with the person. */
export function beginningWithUser(turns: Turn[]): Turn[] {
  const first = turns.findIndex(({ role }) => role === 'user');
  return turns.slice(first);
}
