const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/;
const NUMBER = /^(\d{1,17})(?:\.(\d{1,9}))?$/;

/** Seconds have at most this many digits until the year 5138; more digits are milliseconds or microseconds. */
const MOST_SECOND_DIGITS = 11;
const MOST_MILLISECOND_DIGITS = 14;

/**
 * Converts a time in ISO 8601 (without a zone: UTC), or in seconds, milliseconds or microseconds since 1970, to ISO 8601
 * in UTC with microseconds, because the order of two messages may depend on them. Null: not a time.
 */
export function readTime(written: string): string | null {
  return NUMBER.test(written) ? fromNumber(NUMBER.exec(written)!) : fromIso(ISO.exec(written));
}

function fromNumber([, whole = '', fraction = '']: RegExpExecArray): string | null {
  const scale = whole.length <= MOST_SECOND_DIGITS ? 6 : whole.length <= MOST_MILLISECOND_DIGITS ? 3 : 0;
  const micros =
    BigInt(whole) * 10n ** BigInt(scale) + BigInt(fraction.padEnd(scale, '0').slice(0, scale) || '0');
  return toText(Number(micros / 1000n), Number(micros % 1000n));
}

function fromIso(match: RegExpExecArray | null): string | null {
  if (!match) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const digits = fraction.padEnd(6, '0');
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${digits.slice(0, 3)}Z`);
  // JavaScript would accept the 30th of February as the 1st of March.
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return null;
  return toText(date.getTime() - offsetMs(zone), Number(digits.slice(3, 6)));
}

function offsetMs(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -1 : 1) * minutes * 60_000;
}

function toText(ms: number, micros: number): string | null {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime()) || ms < 0) return null;
  return `${date.toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
