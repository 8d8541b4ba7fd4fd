import type { DisputedField } from '../language-model.js';

/** Which fields of OpenAI's chat protocol a server takes; see {@link plainer}. */
export interface Dialect {
  limit: 'max_completion_tokens' | 'max_tokens' | null;
  /** `stream_options.include_usage`: are token counts asked for? */
  usage: boolean;
  /** Does the system prompt have a message of its own? Otherwise it begins the first message of the user. */
  systemRole: boolean;
}

/** As OpenAI documents it today; what a server is asked with first. */
export const CURRENT: Dialect = { limit: 'max_completion_tokens', usage: true, systemRole: true };

/** As the first servers that copied the protocol took it. */
export const PLAIN: Dialect = { limit: 'max_tokens', usage: false, systemRole: true };

/**
 * The dialect after an answer that ran past the limit that was asked for: the server took the field and ignored it, as
 * Ollama does (https://github.com/ollama/ollama/issues/7125). It may know the older one.
 */
export const afterIgnoredLimit = (dialect: Dialect): Dialect => olderLimit(dialect) ?? dialect;

type Step = (dialect: Dialect) => Dialect | null;

const olderLimit: Step = (dialect) =>
  dialect.limit === 'max_completion_tokens' ? { ...dialect, limit: 'max_tokens' } : null;
/** Without a limit the server has its own; the size of the answer stays bounded by answer-size.ts. */
const noLimit: Step = (dialect) => (dialect.limit === 'max_tokens' ? { ...dialect, limit: null } : null);
const noUsage: Step = (dialect) => (dialect.usage ? { ...dialect, usage: false } : null);
const noSystem: Step = (dialect) => (dialect.systemRole ? { ...dialect, systemRole: false } : null);

const STEPS: Record<DisputedField, Step[]> = {
  max_completion_tokens: [olderLimit, noLimit],
  max_tokens: [olderLimit, noLimit],
  stream_options: [noUsage],
  include_usage: [noUsage],
  'system role': [noSystem],
  'system message': [noSystem],
  "support 'system'": [noSystem],
};
/** Where the message names several fields, or another than the one at fault. */
const ANY: Step[] = [olderLimit, noUsage, noSystem, noLimit];

/**
 * The dialect to ask with after a server refused a field; null: there is nothing left to leave out. Each step leaves one
 * thing out, so that at most four follow each other.
 */
export function plainer(dialect: Dialect, field: DisputedField): Dialect | null {
  for (const step of [...STEPS[field], ...ANY]) {
    const next = step(dialect);
    if (next) return next;
  }
  return null;
}
