/** A piece of a text that is being written. Offsets and lengths are in UTF-16 units, as JavaScript counts. */
export interface TextPiece {
  streamId: string;
  /** The attempt that wrote it; a later attempt starts the text again. */
  attempt: number;
  /** Length of the text before it. */
  start: number;
  text: string;
}

/** A NOTIFY takes 8,000 bytes; a UTF-16 unit has at most three in UTF-8. */
const MAX_UNITS = 2400;

/** One line per piece without quoting, so that its size is known in advance. */
export const encodePiece = ({ streamId, attempt, start, text }: TextPiece): string =>
  `${streamId}:${attempt}:${start}:${text}`;

export function decodePiece(line: string): TextPiece {
  const first = line.indexOf(':');
  const second = line.indexOf(':', first + 1);
  const third = line.indexOf(':', second + 1);
  return {
    streamId: line.slice(0, first),
    attempt: Number(line.slice(first + 1, second)),
    start: Number(line.slice(second + 1, third)),
    text: line.slice(third + 1),
  };
}

/** Splits a piece into pieces that fit into a notification, never between the halves of a surrogate pair. */
export function splitPiece(piece: TextPiece): TextPiece[] {
  if (piece.text.length <= MAX_UNITS) return [piece];
  const parts: TextPiece[] = [];
  for (let from = 0; from < piece.text.length;) {
    const to = wholeCharacters(piece.text, Math.min(from + MAX_UNITS, piece.text.length));
    parts.push({ ...piece, start: piece.start + from, text: piece.text.slice(from, to) });
    from = to;
  }
  return parts;
}

/** `end`, or one unit less where it would split a surrogate pair. */
export function wholeCharacters(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return isHighSurrogate ? end - 1 : end;
}
