import type { TokenUsage } from '../language-model.js';

/**
 * What a provider's finish reason means, in the same words for all: `stop` the model was done · `length` the budget was
 * used up · `safety`, `recitation`, `policy` a policy withheld the answer · `technical` something slipped, or the reason
 * is not known.
 */
export type FinishKind = 'stop' | 'length' | 'safety' | 'recitation' | 'policy' | 'technical';

/** What one chunk of an answer says, checked: text is text, a count is a whole number. */
export interface ChunkFacts {
  text: string;
  finish: FinishKind | null;
  /** The question was refused, not the answer. */
  promptBlocked: boolean;
  model: string | null;
  usage: TokenUsage | null;
}

/** The largest value of the columns that hold counts (PostgreSQL integer). */
const LARGEST_COUNT = 2_147_483_647;
/** Longer names than any provider has are no names. */
const LONGEST_NAME = 200;

/** A field of something that may be anything. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string | number, unknown>)[key];
  }
  return current;
}

/** A count that fits its column, else null. Some servers send fractions, strings, or more than an integer holds. */
export function countOf(value: unknown): number | null {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LARGEST_COUNT
    ? (value as number)
    : null;
}

/** A count that is zero where it is not given. */
export const optionalCountOf = (value: unknown): number | null =>
  value === undefined || value === null ? 0 : countOf(value);

/** A name as it may be stored and shown, else null: PostgreSQL's text refuses NUL. */
export function nameOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const name = value.slice(0, LONGEST_NAME).replaceAll('\0', '').toWellFormed().trim();
  return name === '' ? null : name;
}

/** A reason that was given; protocols also have a word, or an empty one, for "not said". */
export function reasonOf(value: unknown, notSaid: string): string | null {
  return typeof value === 'string' && value !== '' && value !== notSaid ? value : null;
}

/** The types of parts that hold what the model thinks, not what it says. */
const THOUGHT_PARTS: ReadonlySet<string> = new Set(['thinking', 'reasoning', 'thought', 'redacted_thinking']);

/**
 * The text of a message's content: a string, or parts (`[{"type":"text","text":"…"}, {"type":"thinking",…}]`, as
 * reasoning models stream it). Thoughts and parts that hold no text are left out.
 */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map(partText).join('');
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  const type = at(part, 'type');
  if ((typeof type === 'string' && THOUGHT_PARTS.has(type)) || at(part, 'thought') === true) return '';
  const text = at(part, 'text') ?? at(part, 'refusal');
  return typeof text === 'string' ? text : '';
}
