import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/mobile';

/** What decides which numbers may sign in here. */
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

/** What people write between digits: blanks, dots, brackets, slashes, all sorts of hyphens. */
const SEPARATORS = /[\s().\-/\u2010-\u2015]/g;
/** Marks of writing direction, which come along when a number is copied out of an address book. */
const DIRECTION_MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const DIGITS = /^\+?(\d{8,15})$/;

/** Reads a mobile number however it was written, and gives its one canonical form (ITU-T E.164). */
export function readMobileNumber(written: string, policy: NumberPolicy): NumberReading {
  const text = written.replace(DIRECTION_MARKS, '').trim();
  const digits = DIGITS.exec(text.replace(SEPARATORS, ''))?.[1];
  if (digits && policy.isTestNumber(`+${digits}`)) return { e164: `+${digits}` };
  const parsed = parsePhoneNumberFromString(text, {
    defaultCountry: (policy.defaultCountry ?? undefined) as CountryCode | undefined,
    // The whole text is the number: none is looked for inside a sentence.
    extract: false,
  });
  const isOne =
    parsed && !parsed.ext && (parsed.isValid() || (policy.anyDigits && DIGITS.test(parsed.number)));
  if (isOne && parsed.isPossible()) return inAllowedCountry(parsed.number, parsed.country, policy);
  if (policy.anyDigits && digits) return { e164: `+${digits}` };
  return { refused: 'invalid_number' };
}

function inAllowedCountry(e164: string, country: string | undefined, policy: NumberPolicy): NumberReading {
  const { allowedCountries, anyDigits } = policy;
  const allowed =
    allowedCountries.length === 0 ||
    (country === undefined ? anyDigits : allowedCountries.includes(country.toUpperCase()));
  return allowed ? { e164 } : { refused: 'country_not_allowed' };
}
