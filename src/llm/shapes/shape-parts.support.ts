import type { GenerateEnd } from '../language-model.js';

/** One answer of a provider on the wire, and the expected result of reading it. */
export interface RecordedShape {
  name: string;
  /** Chunks in order; a string is sent verbatim: a comment, or `[DONE]`. */
  events: (object | string)[];
  text: string;
  end: Partial<GenerateEnd>;
}

/** The expected counts. */
export const usage = (promptTokens: number, outputTokens: number, thoughtTokens = 0, cachedTokens = 0) => ({
  promptTokens,
  outputTokens,
  thoughtTokens,
  cachedTokens,
});

/** The choice of a chunk, with the fields that this provider gives it. */
export const choice = (delta: object, finish_reason: string | null = null, more: object = {}) => [
  { index: 0, delta, finish_reason, ...more },
];
/** What every chunk of a stream begins with. */
export const head = (model: string, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1770770839,
  model,
  ...more,
});
