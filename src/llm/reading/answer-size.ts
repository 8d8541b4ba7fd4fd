import { AnswerTooLarge } from '../language-model.js';

/** The largest answer that is read, in bytes and in events. */
export interface AnswerSize {
  /** UTF-8 bytes of text that are kept. */
  textBytes: number;
  /** Bytes of one event of the stream, or of an answer in one JSON body. */
  eventBytes: number;
  /** Events without text in total: thoughts, empty deltas. */
  silentEvents: number;
  /** Consecutive bytes without text. */
  silentBytes: number;
}

/** Well above the average of any tokenizer in use: English has about 4 bytes per token, Chinese and emoji 3 to 8. */
const BYTES_PER_TOKEN = 64;
/** About twenty pages of text, for servers that count `maxOutputTokens` in their own way. */
const MIN_TEXT_BYTES = 64 * 1024;
/** JSON may write `é` (2 bytes) as `\u00e9` and an emoji (4 bytes) in 12: a factor of 3, and some room. */
const JSON_ESCAPE_FACTOR = 4;
const FIELDS_BYTES = 64 * 1024;
/** The largest thinking budget of providers is 64 Ki tokens, which some do not count as output. One event per token. */
const THOUGHT_EVENTS = 65_536;
/** About 500 bytes per thought event: Gemini's with its counts, OpenAI's with its names. */
const THOUGHT_BYTES = 32 * 1024 * 1024;

/** Bytes of an error answer that are read: a code and a sentence are a few hundred bytes. */
export const ERROR_BODY_BYTES = 64 * 1024;

/**
 * The size limits of an answer. They bound the memory that a provider can take from this process, and cut no answer that
 * respects `maxOutputTokens`.
 */
export function answerSize(maxOutputTokens: number): AnswerSize {
  const textBytes = Math.max(MIN_TEXT_BYTES, BYTES_PER_TOKEN * maxOutputTokens);
  return {
    textBytes,
    eventBytes: JSON_ESCAPE_FACTOR * textBytes + FIELDS_BYTES,
    silentEvents: THOUGHT_EVENTS + 4 * maxOutputTokens,
    silentBytes: THOUGHT_BYTES + JSON_ESCAPE_FACTOR * textBytes,
  };
}

/** The longest prefix of a text with at most `bytes` UTF-8 bytes; never cuts a character in two. */
export function truncateToBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

/** Counts input without text: the transport reports bytes, the reader reports events. */
export class SilenceMeter {
  private bytes = 0;
  private events = 0;

  constructor(private readonly size: AnswerSize) {}

  /** @throws AnswerTooLarge */
  onBytes(count: number): void {
    this.bytes += count;
    if (this.bytes > this.size.silentBytes) throw new AnswerTooLarge();
  }

  /** @throws AnswerTooLarge */
  onEvent(hasText: boolean): void {
    if (hasText) this.bytes = 0;
    else this.events += 1;
    if (this.events > this.size.silentEvents) throw new AnswerTooLarge();
  }
}
