import { startingWithUser } from '../llm/input-limit.js';
import type { Turn } from '../llm/language-model.js';
import { estimateTokens } from '../llm/tokens.js';
import type { HistoryMessage } from '../messages/replies/claim.js';

/** States of a reply whose text stays in the conversation. */
const ANSWERED: ReadonlySet<string> = new Set(['completed', 'truncated', 'stopped']);
const BLOCKED: ReadonlySet<string> = new Set(['blocked']);

/** Shares of the token budget, tried in order while the model finds the conversation too long. */
const SHARES = [1, 1 / 2, 1 / 4, 1 / 8];

/** One form of the conversation for a call of the model. */
export interface Conversation {
  turns: Turn[];
  /** The token budget of this form. */
  budgetTokens: number;
  /** Only the message to answer: a refusal of this form is a refusal of the message itself. */
  isAlone: boolean;
}

/**
 * The full conversation, then ever shorter forms, and the message alone at the end. A model that refuses one form gets the
 * next. No two forms are equal.
 */
export function conversations(
  said: HistoryMessage[],
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
 * The turns for the model, oldest first: always the message to answer, and before it as much of the history as the budget
 * holds, without gaps. Excluded are failed replies, blocked replies with their messages (they would get every later reply
 * blocked), and messages that a model refused, unless one was answered later.
 * @param said newest first; the first one is the message to answer
 * @param budgetTokens budget of the system prompt and the turns together
 */
export function conversationTurns(
  said: HistoryMessage[],
  systemPrompt: string | null,
  budgetTokens: number,
): Turn[] {
  const repliedTo = (states: ReadonlySet<string>) =>
    new Set(said.filter(({ status }) => states.has(status)).map(({ inReplyTo }) => inReplyTo));
  const [blocked, answered] = [repliedTo(BLOCKED), repliedTo(ANSWERED)];
  const isExcluded = ({ id, refused }: HistoryMessage) => blocked.has(id) || (refused && !answered.has(id));
  const turns: Turn[] = [];
  let left = budgetTokens - estimateTokens(systemPrompt ?? '');
  for (const [index, message] of said.entries()) {
    const { role, content, status } = message;
    const isIncluded = role === 'user' ? !isExcluded(message) : ANSWERED.has(status) && content !== '';
    if (index > 0 && !isIncluded) continue;
    left -= estimateTokens(content);
    if (index > 0 && left < 0) break;
    turns.push({ role, text: content });
  }
  return mergeSameRole(startingWithUser(turns.toReversed()));
}

/** Joins consecutive turns of one role, because providers require alternating roles: a failed reply leaves two messages. */
function mergeSameRole(turns: Turn[]): Turn[] {
  const merged: Turn[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last?.role === turn.role) last.text += `\n\n${turn.text}`;
    else merged.push({ ...turn });
  }
  return merged;
}
