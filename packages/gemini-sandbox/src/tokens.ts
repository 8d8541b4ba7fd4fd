/** Google's own rule of thumb: a token is about four characters (https://ai.google.dev/gemini-api/docs/tokens). */
const CODE_POINTS_PER_TOKEN = 4;

const WORDS_OF_A_PIECE = 4;

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
  // A word with the white space around it; leading white space belongs to the first word.
  const words = text.match(/\S+\s*/gu) ?? [];
  const pieces: string[] = [];
  for (let at = 0; at < words.length; at += WORDS_OF_A_PIECE)
    pieces.push(words.slice(at, at + WORDS_OF_A_PIECE).join(''));
  if (pieces.length > 0) pieces[0] = text.slice(0, text.length - text.trimStart().length) + pieces[0]!;
  return pieces;
}
