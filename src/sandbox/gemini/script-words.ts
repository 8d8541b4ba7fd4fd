import type { GeminiScript } from './gemini-script.js';
import { EMOJI_CHUNKS, LONG_CHUNKS } from './sample-texts.js';

/** What a person can write into a message, `[[sandbox: slow]]`, to see the product cope. */
export const SCRIPT_WORDS: Readonly<Record<string, GeminiScript>> = {
  slow: { firstDelayMs: 1500, chunkDelayMs: 400 },
  fast: { firstDelayMs: 0, chunkDelayMs: 0 },
  long: { chunks: LONG_CHUNKS },
  emoji: { chunks: EMOJI_CHUNKS },
  thinking: { thought: 'Let me think about this first.' },
  '400': { outcome: 'http_error', status: 400 },
  '403': { outcome: 'http_error', status: 403 },
  '429': { outcome: 'http_error', status: 429, retryAfterSeconds: 2 },
  '500': { outcome: 'http_error', status: 500 },
  '503': { outcome: 'http_error', status: 503 },
  cut: { outcome: 'cut' },
  hang: { outcome: 'hang' },
  safety: { outcome: 'safety' },
  recitation: { outcome: 'recitation' },
  'prompt-blocked': { outcome: 'prompt_blocked' },
  empty: { outcome: 'empty' },
  'max-tokens': { outcome: 'max_tokens' },
  'error-inside': { outcome: 'error_inside' },
  malformed: { outcome: 'malformed' },
  'no-finish': { outcome: 'no_finish' },
};

/** `[[sandbox: cut after=3 times=2]]`: settings beside a word. */
const SETTINGS: Readonly<Record<string, keyof GeminiScript>> = {
  times: 'times',
  after: 'afterChunks',
  first: 'firstDelayMs',
  delay: 'chunkDelayMs',
  retry: 'retryAfterSeconds',
};

const WORDS = /\[\[\s*sandbox\s*:([^\]]{0,200})\]\]/gi;

/** Script words found in a text. */
export interface ScriptWords {
  /** Without `times`: for every request with this text. */
  script: GeminiScript;
  /** Words that mean nothing; the answer says so. */
  unknown: string[];
}

/**
 * Reads the script words of a message; null when it has none. Of several the last count: a turn also holds the messages
 * before it that were never answered (replies/conversation.ts), and whoever writes one must be able to end their words.
 */
export function readScriptWords(text: string): ScriptWords | null {
  const found = [...text.matchAll(WORDS)].at(-1)?.[1];
  if (found === undefined) return null;
  const words: ScriptWords = { script: {}, unknown: [] };
  for (const word of found
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)) {
    const [, name = '', value = ''] = /^([a-z]+)=(\d{1,6})$/.exec(word) ?? [];
    const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
    if (setting) Object.assign(words.script, { [setting]: Number(value) });
    else if (Object.hasOwn(SCRIPT_WORDS, word)) Object.assign(words.script, SCRIPT_WORDS[word]);
    else words.unknown.push(word);
  }
  return words;
}

/** The text without its script words. */
export function withoutScriptWords(text: string): string {
  return text.replace(WORDS, '').trim();
}
