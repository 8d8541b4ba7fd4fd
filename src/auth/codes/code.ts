import { createHash, createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Challenge } from './challenge.js';

type Source = Pick<Challenge, 'id' | 'purpose' | 'mobileNumber'>;

/**
 * Derives the code of a challenge: its HMAC under a server key, truncated as in RFC 4226 §5.3 (SHA-256 instead of SHA-1, as
 * RFC 6238 allows). Bound to purpose and number; database and job contain no code.
 * @param digits 6–8: ten digits would exceed the 31 bits of the truncation
 */
export function deriveCode(key: KeyObject, { id, purpose, mobileNumber }: Source, digits: number): string {
  const mac = createHmac('sha256', key).update(id).update(`\0${purpose}\0${mobileNumber}`).digest();
  const offset = mac[mac.length - 1]! & 0x0f;
  const truncated = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/** True for the code under the current key or an earlier one. Takes the same time for every guess. */
export function isCodeOf(keys: KeyObject[], challenge: Source, digits: number, guess: string): boolean {
  let right = false;
  for (const key of keys) right = equalTexts(deriveCode(key, challenge, digits), guess) || right;
  return right;
}

/** Compares two texts in constant time, by their digests, which have the same length for every guess. */
export function equalTexts(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
