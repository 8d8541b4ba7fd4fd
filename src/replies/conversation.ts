import type { Turn } from '../llm/language-model.js';
import type { SaidBefore } from '../messages/reply-lifecycle.service.js';

/** What an answer may be continued from. */
const ANSWERED = new Set(['completed', 'truncated', 'stopped']);

/** UTF-8 bytes of a token, see {@link estimateTokens}. */
export const BYTES_PER_TOKEN = 3;

/**
 * Tokens of a text, roughly and rather too many: 3 UTF-8 bytes a token. Providers count about 4 characters of English
 * a token (ai.google.dev, "Understand and count tokens") and about one of Chinese or Japanese, which is 3 bytes.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/**
 * The turns that the model is shown, oldest first: the message to be answered always, then as much of what was said
 * before as the budget holds, newest first and without gaps. Failed replies are no part of it; a message whose answer
 * was blocked is left out with it, because it would have every later one blocked as well.
 * @param said newest first; the first one is the message to be answered
 * @param budgetTokens for system prompt and turns together
 */
export function conversationTurns(
  said: SaidBefore[],
  systemPrompt: string | null,
  budgetTokens: number,
): Turn[] {
  const blocked = new Set(
    said.filter(({ status }) => status === 'blocked').map(({ inReplyTo }) => inReplyTo),
  );
  const turns: Turn[] = [];
  let left = budgetTokens - estimateTokens(systemPrompt ?? '');
  for (const [index, { id, role, content, status }] of said.entries()) {
    const spoken = role === 'user' ? !blocked.has(id) : ANSWERED.has(status) && content !== '';
    if (index > 0 && !spoken) continue;
    left -= estimateTokens(content);
    if (index > 0 && left < 0) break;
    turns.push({ role, text: content });
  }
  return mergeSameRole(startWithUser(turns.toReversed()));
}

/** Providers want a conversation to begin with the person. */
function startWithUser(turns: Turn[]): Turn[] {
  const first = turns.findIndex(({ role }) => role === 'user');
  return turns.slice(first);
}

/** … and to alternate: messages whose reply failed stand together with the next one. */
function mergeSameRole(turns: Turn[]): Turn[] {
  const merged: Turn[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last?.role === turn.role) last.text += `\n\n${turn.text}`;
    else merged.push({ ...turn });
  }
  return merged;
}
