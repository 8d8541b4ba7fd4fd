/** A reader's position: the attempt, and the length of the text read in UTF-16 units. */
export interface Position {
  attempt: number;
  offset: number | 'end';
}

/** Canonical numbers only: `01-end` is not an id of this API and must not end a stream. */
const FORM = /^(0|[1-9]\d{0,8})-(0|[1-9]\d{0,8}|end)$/;

/** `<attempt>-<offset>` or `<attempt>-end`. */
export const eventId = ({ attempt, offset }: Position): string => `${attempt}-${offset}`;

/** Parses Last-Event-ID; null when it is absent or invalid. */
export function positionOf(text: string | undefined): Position | null {
  const match = FORM.exec(text ?? '');
  if (match === null) return null;
  const [, attempt, offset] = match;
  return { attempt: Number(attempt), offset: offset === 'end' ? 'end' : Number(offset) };
}
