import type { GeminiScript } from './gemini-script.js';
import { EMOJI_CHUNKS, LONG_CHUNKS } from './sample-texts.js';

/**
 * Words that a person can write into a message, for example `[[sandbox: slow]]`, to see how the product handles a
 * failure.
 */
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
  flood: { outcome: 'flood' },
  'flood-line': { outcome: 'flood_line' },
  'flood-silent': { outcome: 'flood_silent' },
  slip: { chunks: [], finishReason: 'MALFORMED_FUNCTION_CALL' },
  'think-tags': { chunks: ['<thi', 'nk>Let me see', '.</thi', 'nk>\n\nIt is', ' blue.'] },
  'odd-counts': { usage: { candidatesTokenCount: 12.5, promptTokenCount: 1e300 } },
  'half-finished': { outcome: 'cut', finishEverywhere: true },
  'too-long': { outcome: 'http_error', reason: 'too_long' },
  'bad-key': { outcome: 'http_error', reason: 'bad_key' },
  '429-day': { outcome: 'http_error', reason: 'daily_quota' },
  prohibited: { outcome: 'http_error', reason: 'prohibited' },
  queued: { queuedMs: 5000 },
};

/** `[[sandbox: cut after=3 times=2]]`: settings beside a word. */
const SETTINGS: Readonly<Record<string, keyof GeminiScript>> = {
  times: 'times',
  after: 'afterChunks',
  first: 'firstDelayMs',
  delay: 'chunkDelayMs',
  retry: 'retryAfterSeconds',
  queue: 'queuedMs',
};

const OPENING = '[[';
const WORDS = /^\[\[\s{0,20}sandbox\s{0,20}:([^\]]{0,200})\]\]/i;
/** Maximum length that {@link WORDS} matches. */
const MAX_WORDS_LENGTH = 255;

/** Script words found in a text. */
export interface ScriptWords {
  /** Without `times`: for every request with this text. */
  script: GeminiScript;
  /** Unknown words; the answer names them. */
  unknown: string[];
}

/**
 * Reads the script words of a message; null when it has none. Of several the last count: a turn also holds the messages
 * before it that were never answered (replies/conversation.ts), and a message must be able to end them.
 */
export function readScriptWords(text: string): ScriptWords | null {
  const found = findWords(text).at(-1)?.words;
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
  let rest = '';
  let from = 0;
  for (const { start, end } of findWords(text)) {
    rest += text.slice(from, start);
    from = end;
  }
  return (rest + text.slice(from)).trim();
}

/**
 * Finds script words. Searches a bounded slice after each `[[`, because the pattern would backtrack over the whole text.
 */
function findWords(text: string): { start: number; end: number; words: string }[] {
  const found: { start: number; end: number; words: string }[] = [];
  for (let at = text.indexOf(OPENING); at !== -1; at = text.indexOf(OPENING, at)) {
    const match = WORDS.exec(text.slice(at, at + MAX_WORDS_LENGTH));
    const end = at + (match?.[0].length ?? 1);
    if (match) found.push({ start: at, end, words: match[1]! });
    at = end;
  }
  return found;
}
