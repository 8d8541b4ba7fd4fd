/** UTF-8 bytes of a token, see {@link estimateTokens}. */
export const BYTES_PER_TOKEN = 3;

/**
 * Tokens of a text, roughly and rather too many: 3 UTF-8 bytes a token. Providers count about 4 characters of English
 * a token (ai.google.dev, "Understand and count tokens") and about one of Chinese or Japanese, which is 3 bytes.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** No tokenizer makes longer tokens of what people write: English has 4 to 5 bytes a token, a long word 8. */
const MOST_BYTES_PER_TOKEN = 8;

/** Tokens that a text has whatever the tokenizer: what this puts over a limit is over it. */
export function leastTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / MOST_BYTES_PER_TOKEN);
}
