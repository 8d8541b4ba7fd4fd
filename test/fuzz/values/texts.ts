import fc from 'fast-check';

/**
 * Prefix of every generated text that has room for it. No log line may contain it, because texts of bodies, queries,
 * headers and paths are not logged.
 */
export const CANARY = 'kanari';

/** One code point: letters, white space, marks, and characters that break careless code; no NUL and no surrogate. */
const codePoint: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((point) => String.fromCodePoint(point)) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0x01, max: 0xd7ff }).map((point) => String.fromCodePoint(point)),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0x10000, max: 0x10ffff }).map((p) => String.fromCodePoint(p)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '😀',
      'ß',
      'İ',
      '\u0301',
      '\u202e',
      '\u200b',
      '\ufeff',
      '\u2028',
      '"',
      '\\',
      '%',
      "'",
      '\n',
      '\r',
      '\t',
      '\x7f',
      '\ufffd',
      '\uffff',
    ),
  },
);

const SHORT = 40;
/** Longer fields rarely reach their bounds: 32,000 emoji are 128 KB. */
const LONG = 1000;

/**
 * A text of `min` to `max` code points after trimming, often at a bound. Its first and last code points are not white
 * space.
 */
export function textOf(min: number, max: number): fc.Arbitrary<string> {
  const room = max - CANARY.length;
  if (room < min) return fc.string({ unit: fc.constantFrom('a', 'ß', '😀'), minLength: min, maxLength: max });
  const body = fc
    .string({ unit: codePoint, maxLength: Math.min(SHORT, room - 1) })
    .map((text) => fill(`${CANARY}${text}`.trimEnd(), min));
  const exactly = (length: number) =>
    fc.constantFrom('a', 'é', '😀').map((unit) => CANARY + unit.repeat(Math.max(0, length - CANARY.length)));
  return fc.oneof(
    { weight: 12, arbitrary: body },
    { weight: max > LONG ? 1 : 3, arbitrary: exactly(max) },
    { weight: 2, arbitrary: exactly(Math.max(min, CANARY.length)) },
  );
}

function fill(text: string, min: number): string {
  const missing = min - [...text].length;
  return missing > 0 ? text + 'x'.repeat(missing) : text;
}
