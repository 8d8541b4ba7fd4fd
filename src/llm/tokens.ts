/** UTF-8 bytes per token, see {@link estimateTokens}. */
export const BYTES_PER_TOKEN = 3;

/**
 * Estimates the tokens of a text, erring high: 3 UTF-8 bytes a token. Providers count about 4 characters of English per
 * token (ai.google.dev, "Understand and count tokens") and about one of Chinese or Japanese, which is 3 bytes.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** Upper bound for natural text: English has 4 to 5 bytes per token, a long word 8. */
const MAX_BYTES_PER_TOKEN = 8;

/** The fewest tokens that any tokenizer makes of a text: above a limit here is above it everywhere. */
export function minTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / MAX_BYTES_PER_TOKEN);
}
