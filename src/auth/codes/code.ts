import { createHash, createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Challenge } from './challenge.js';

type Source = Pick<Challenge, 'id' | 'purpose' | 'mobileNumber'>;

/**
 * The code of a challenge: its HMAC under a server key, truncated as RFC 4226 §5.3 has it (SHA-256 for SHA-1, as RFC 6238
 * allows). Bound to purpose and number; the database and the job hold nothing to read.
 * @param digits 6–8: ten digits would be past the 31 bits of the truncation
 */
export function deriveCode(key: KeyObject, { id, purpose, mobileNumber }: Source, digits: number): string {
  const mac = createHmac('sha256', key).update(id).update(`\0${purpose}\0${mobileNumber}`).digest();
  const offset = mac[mac.length - 1]! & 0x0f;
  const truncated = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/** Is this the code under one of the keys (the current one, or one that was until lately)? Takes the same time for every guess. */
export function isCodeOf(keys: KeyObject[], challenge: Source, digits: number, guess: string): boolean {
  let right = false;
  for (const key of keys) right = equalTexts(deriveCode(key, challenge, digits), guess) || right;
  return right;
}

/** Compares two texts in constant time: their digests, which are of one length whatever the guess's. */
export function equalTexts(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
