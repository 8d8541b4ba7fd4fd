import { startingWithUser } from '../llm/input-limit.js';
import type { Turn } from '../llm/language-model.js';
import { estimateTokens } from '../llm/tokens.js';
import type { SaidBefore } from '../messages/replies/claim.js';

/** What an answer may be continued from. */
const ANSWERED: ReadonlySet<string> = new Set(['completed', 'truncated', 'stopped']);
const BLOCKED: ReadonlySet<string> = new Set(['blocked']);

/** Parts of the token budget that are tried one after the other where the model finds the conversation too long. */
const SHARES = [1, 1 / 2, 1 / 4, 1 / 8];

/** A conversation as the model may be shown it. */
export interface Conversation {
  turns: Turn[];
  /** Tokens that it was allowed. */
  budgetTokens: number;
  /** The message to be answered and nothing else: what refuses this refuses the message. */
  isAlone: boolean;
}

/**
 * The conversation as it should be, then shorter and shorter, at last the message alone: a model that refuses one is
 * shown the next. No two are the same.
 */
export function conversations(
  said: SaidBefore[],
  systemPrompt: string | null,
  budgetTokens: number,
): Conversation[] {
  const length = ({ turns }: Conversation) => turns.reduce((sum, { text }) => sum + text.length, 0);
  const alone = conversationTurns(said.slice(0, 1), systemPrompt, 0);
  const all = SHARES.map((share): Conversation => {
    const budget = Math.floor(budgetTokens * share);
    return { turns: conversationTurns(said, systemPrompt, budget), budgetTokens: budget, isAlone: false };
  });
  const last: Conversation = { turns: alone, budgetTokens: 0, isAlone: true };
  const longer = all.filter(
    (one, at) => length(one) > length(all[at + 1] ?? last) && length(one) > length(last),
  );
  return [...longer, last];
}

/**
 * The turns that the model is shown, oldest first: the message to be answered always, then as much of what was said
 * before as the budget holds, newest first and without gaps. Failed replies are no part of it; a message whose answer
 * was blocked is left out with it, because it would have every later one blocked as well. So is a message that the model
 * refused, unless it was answered after all.
 * @param said newest first; the first one is the message to be answered
 * @param budgetTokens for system prompt and turns together
 */
export function conversationTurns(
  said: SaidBefore[],
  systemPrompt: string | null,
  budgetTokens: number,
): Turn[] {
  const repliedTo = (states: ReadonlySet<string>) =>
    new Set(said.filter(({ status }) => states.has(status)).map(({ inReplyTo }) => inReplyTo));
  const [blocked, answered] = [repliedTo(BLOCKED), repliedTo(ANSWERED)];
  const isLeftOut = ({ id, refused }: SaidBefore) => blocked.has(id) || (refused && !answered.has(id));
  const turns: Turn[] = [];
  let left = budgetTokens - estimateTokens(systemPrompt ?? '');
  for (const [index, message] of said.entries()) {
    const { role, content, status } = message;
    const spoken = role === 'user' ? !isLeftOut(message) : ANSWERED.has(status) && content !== '';
    if (index > 0 && !spoken) continue;
    left -= estimateTokens(content);
    if (index > 0 && left < 0) break;
    turns.push({ role, text: content });
  }
  return mergeSameRole(startingWithUser(turns.toReversed()));
}

/** Providers want the roles to alternate: messages whose reply failed stand together with the next one. */
function mergeSameRole(turns: Turn[]): Turn[] {
  const merged: Turn[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last?.role === turn.role) last.text += `\n\n${turn.text}`;
    else merged.push({ ...turn });
  }
  return merged;
}
