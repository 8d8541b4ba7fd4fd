import type { TokenUsage } from '../language-model.js';

/**
 * A provider's finish reason in one vocabulary: `stop` the model finished · `length` the token budget was used up ·
 * `safety`, `recitation`, `policy` a policy withheld the answer · `technical` the model or the server erred, or the reason
 * is unknown.
 */
export type FinishKind = 'stop' | 'length' | 'safety' | 'recitation' | 'policy' | 'technical';

/** The validated content of one chunk: text is a string, a count is a whole number. */
export interface ChunkFacts {
  text: string;
  finish: FinishKind | null;
  /** The provider refused the question, not the answer. */
  promptBlocked: boolean;
  model: string | null;
  usage: TokenUsage | null;
}

/** The largest value of a PostgreSQL integer, the type of the count columns. */
const MAX_COUNT = 2_147_483_647;
/** Longer than any provider's model name. */
const MAX_NAME_LENGTH = 200;

/** A nested field of an unknown value; undefined when the path does not exist. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string | number, unknown>)[key];
  }
  return current;
}

/** A count that fits its column, else null. Some servers send fractions, strings or larger numbers. */
export function countOf(value: unknown): number | null {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_COUNT
    ? (value as number)
    : null;
}

/** A count that defaults to zero. */
export const optionalCountOf = (value: unknown): number | null =>
  value === undefined || value === null ? 0 : countOf(value);

/** A model name that can be stored and shown, else null. PostgreSQL's text type refuses NUL. */
export function nameOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const name = value.slice(0, MAX_NAME_LENGTH).replaceAll('\0', '').toWellFormed().trim();
  return name === '' ? null : name;
}

/** A reason, or null. Protocols also send an empty string or a placeholder for "none". */
export function reasonOf(value: unknown, placeholder: string): string | null {
  return typeof value === 'string' && value !== '' && value !== placeholder ? value : null;
}

/** Types of content parts that hold thoughts. */
const THOUGHT_PARTS: ReadonlySet<string> = new Set(['thinking', 'reasoning', 'thought', 'redacted_thinking']);

/**
 * The text of a message's content: a string, or parts (`[{"type":"text","text":"…"}, {"type":"thinking",…}]`, as
 * reasoning models stream it). Skips thoughts and parts without text.
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
