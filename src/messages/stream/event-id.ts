/** How far a reader has come: the attempt, and the length of its text in UTF-16 units. */
export interface Position {
  attempt: number;
  offset: number | 'end';
}

/** Numbers as they are written: `01-end` is no id of ours, and must not end a stream. */
const FORM = /^(0|[1-9]\d{0,8})-(0|[1-9]\d{0,8}|end)$/;

/** `<attempt>-<offset>` or `<attempt>-end`. */
export const eventId = ({ attempt, offset }: Position): string => `${attempt}-${offset}`;

/** The position that a client names in Last-Event-ID; null without one, or with a strange one. */
export function positionOf(text: string | undefined): Position | null {
  const match = FORM.exec(text ?? '');
  if (match === null) return null;
  const [, attempt, offset] = match;
  return { attempt: Number(attempt), offset: offset === 'end' ? 'end' : Number(offset) };
}
