import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/mobile';

/** Rules for the numbers that may sign in. */
export interface NumberPolicy {
  /** Country of numbers that are written without their country code; null: there is none. */
  defaultCountry: string | null;
  /** ISO 3166 codes; empty: all. */
  allowedCountries: readonly string[];
  /** The SMS sandbox takes any 8–15 digits (E.164 §6.1: at most 15). */
  anyDigits: boolean;
  /** Numbers with a fixed code need not exist. */
  isTestNumber: (e164: string) => boolean;
}

export type NumberReading = { e164: string } | { refused: 'invalid_number' | 'country_not_allowed' };

/** Separators between digits: blanks, dots, brackets, slashes, hyphens and the minus sign, also full-width. */
const SEPARATORS = /[\s().\-/\u2010-\u2015\u2212\uff08\uff09\uff0d-\uff0f]/g;
/** Invisible characters: marks of writing direction, soft hyphens, zero-width joiners, copied with a number. */
const INVISIBLE = /\p{Cf}/gu;
/** Decimal digits of any script. Beyond the BMP are those of mathematics, whose runs of ten adjoin one another. */
const FOREIGN_DIGITS = /(?=[\u0080-\uffff])\p{Nd}/gu;
const FULL_WIDTH_PLUS = /\uff0b/g;
/** RFC 3966; its parameters (extension, context) are not accepted. */
const TEL_URI = /^tel:/i;
/** The prefix that most countries dial instead of `+` (ITU-T E.164 §6.2.2). No number begins with a zero after it. */
const DIALLED_PLUS = /^00/;
const DIGITS = /^\+?(\d{8,15})$/;

/** Parses a mobile number in any spelling and returns its normal form (ITU-T E.164). */
export function readMobileNumber(written: string, policy: NumberPolicy): NumberReading {
  const text = compact(written);
  const international = text.replace(DIALLED_PLUS, '+');
  const digits = DIGITS.exec(international)?.[1];
  if (digits && policy.isTestNumber(`+${digits}`)) return { e164: `+${digits}` };
  // Tries the original text first: in Australia 0011 is dialled instead of `+`.
  const parsed = parse(text, { ...policy, anyDigits: false }) ?? parse(international, policy);
  if (parsed) return inAllowedCountry(parsed.number, parsed.country, policy);
  if (policy.anyDigits && digits) return { e164: `+${digits}` };
  return { refused: 'invalid_number' };
}

/** Reduces the text to ASCII digits, a plus, and characters that are not of a number. */
function compact(written: string): string {
  return written
    .replace(INVISIBLE, '')
    .replace(FOREIGN_DIGITS, digitValue)
    .replace(FULL_WIDTH_PLUS, '+')
    .replace(SEPARATORS, '')
    .replace(TEL_URI, '');
}

/** Unicode §4.6: the ten digits of a script are adjacent, zero first. */
function digitValue(digit: string): string {
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCharCode(digit.charCodeAt(0) - value - 1))) value += 1;
  return String(value);
}

function parse(text: string, policy: NumberPolicy) {
  const parsed = parsePhoneNumberFromString(text, {
    defaultCountry: (policy.defaultCountry ?? undefined) as CountryCode | undefined,
    // The whole text must be the number: numbers within a sentence are not found.
    extract: false,
  });
  const isOne =
    parsed && !parsed.ext && (parsed.isValid() || (policy.anyDigits && DIGITS.test(parsed.number)));
  return isOne && parsed.isPossible() ? parsed : null;
}

function inAllowedCountry(e164: string, country: string | undefined, policy: NumberPolicy): NumberReading {
  const { allowedCountries, anyDigits } = policy;
  const allowed =
    allowedCountries.length === 0 ||
    (country === undefined ? anyDigits : allowedCountries.includes(country.toUpperCase()));
  return allowed ? { e164 } : { refused: 'country_not_allowed' };
}
