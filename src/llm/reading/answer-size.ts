import { AnswerTooLarge } from '../language-model.js';

/** What one answer may cost in memory, in bytes and in events. */
export interface AnswerSize {
  /** UTF-8 bytes of text that are kept. */
  textBytes: number;
  /** Bytes of one event of the stream, or of an answer that comes as one JSON body. */
  eventBytes: number;
  /** Events without text, in all: thoughts, empty deltas. */
  silentEvents: number;
  /** Bytes that come without text in a row. */
  silentBytes: number;
}

/** No tokenizer in use has longer tokens on average: English has about 4 bytes a token, Chinese and emoji 3 to 8. */
const BYTES_PER_TOKEN = 64;
/** Servers that count `maxOutputTokens` in their own way still get a page of text through. */
const LEAST_TEXT_BYTES = 64 * 1024;
/** JSON writes `é` (2 bytes) as `\u00e9` and an emoji (4 bytes) as 12: at most 3 times, and then the fields around it. */
const ESCAPED = 4;
const FIELDS_BYTES = 64 * 1024;
/** The longest thinking that providers sell is 64 Ki tokens; some do not count it as output. One event a token. */
const THOUGHT_EVENTS = 65_536;
/** About 500 bytes for each of those: an event of Gemini's with its counts, or of OpenAI's with its names. */
const THOUGHT_BYTES = 32 * 1024 * 1024;

/** The most of an error answer that is read: a code and a sentence are a few hundred bytes. */
export const ERROR_BODY_BYTES = 64 * 1024;

/**
 * The size that an answer may have. It bounds what a provider can do to this process, and cuts no answer that keeps to
 * `maxOutputTokens`.
 */
export function answerSize(maxOutputTokens: number): AnswerSize {
  const textBytes = Math.max(LEAST_TEXT_BYTES, BYTES_PER_TOKEN * maxOutputTokens);
  return {
    textBytes,
    eventBytes: ESCAPED * textBytes + FIELDS_BYTES,
    silentEvents: THOUGHT_EVENTS + 4 * maxOutputTokens,
    silentBytes: THOUGHT_BYTES + ESCAPED * textBytes,
  };
}

/** The longest beginning of a text that has at most so many UTF-8 bytes; never half a character. */
export function firstBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

/** Counts what comes without text, in bytes by the transport and in events by the reader. */
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
