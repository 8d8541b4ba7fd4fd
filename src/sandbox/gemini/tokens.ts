/** Google's own rule of thumb: a token is about four characters (https://ai.google.dev/gemini-api/docs/tokens). */
const CODE_POINTS_PER_TOKEN = 4;

export function countTokens(text: string): number {
  return Math.ceil(Array.from(text).length / CODE_POINTS_PER_TOKEN);
}

/** The longest beginning of the text that has at most `tokens`; never half of a surrogate pair. */
export function firstTokens(text: string, tokens: number): string {
  return Array.from(text)
    .slice(0, tokens * CODE_POINTS_PER_TOKEN)
    .join('');
}

/** Cuts a text into pieces of four words, the size in which an answer is pleasant to watch. */
export function toPieces(text: string): string[] {
  return text.match(/(?:\s*\S+){1,4}\s*/gu) ?? [];
}
