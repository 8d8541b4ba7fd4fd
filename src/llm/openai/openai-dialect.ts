import type { DisputedField } from '../language-model.js';

/** The fields of OpenAI's chat protocol that a server accepts; see {@link simplify}. */
export interface Dialect {
  limit: 'max_completion_tokens' | 'max_tokens' | null;
  /** Request token counts with `stream_options.include_usage`? */
  usage: boolean;
  /** Send the system prompt as a message of its own? Otherwise it precedes the user's first message. */
  systemRole: boolean;
}

/** The protocol as OpenAI documents it today; used first. */
export const CURRENT: Dialect = { limit: 'max_completion_tokens', usage: true, systemRole: true };

/** The oldest form that compatible servers accept. */
export const PLAIN: Dialect = { limit: 'max_tokens', usage: false, systemRole: true };

/**
 * The dialect after an answer longer than the requested limit: the server accepted the field and ignored it, as Ollama does
 * (https://github.com/ollama/ollama/issues/7125). The server may know the older field.
 */
export const afterIgnoredLimit = (dialect: Dialect): Dialect => olderLimit(dialect) ?? dialect;

type Simplification = (dialect: Dialect) => Dialect | null;

const olderLimit: Simplification = (dialect) =>
  dialect.limit === 'max_completion_tokens' ? { ...dialect, limit: 'max_tokens' } : null;
/** Without the field the server applies its own limit; answer-size.ts bounds the answer in any case. */
const noLimit: Simplification = (dialect) =>
  dialect.limit === 'max_tokens' ? { ...dialect, limit: null } : null;
const noUsage: Simplification = (dialect) => (dialect.usage ? { ...dialect, usage: false } : null);
const noSystem: Simplification = (dialect) => (dialect.systemRole ? { ...dialect, systemRole: false } : null);

const STEPS: Record<DisputedField, Simplification[]> = {
  max_completion_tokens: [olderLimit, noLimit],
  max_tokens: [olderLimit, noLimit],
  stream_options: [noUsage],
  include_usage: [noUsage],
  'system role': [noSystem],
  'system message': [noSystem],
  "support 'system'": [noSystem],
};
/** Tried after the named field's own steps: the error may name several fields, or the wrong one. */
const ANY: Simplification[] = [olderLimit, noUsage, noSystem, noLimit];

/**
 * The next dialect after a server refused a field; null: no field is left to drop. Each step drops one field, so at most
 * four steps follow each other.
 */
export function simplify(dialect: Dialect, field: DisputedField): Dialect | null {
  for (const step of [...STEPS[field], ...ANY]) {
    const next = step(dialect);
    if (next) return next;
  }
  return null;
}
