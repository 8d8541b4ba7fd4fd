import { createSecretKey } from 'node:crypto';
import { deriveCode, isCodeOf } from './code.js';

const key = createSecretKey(Buffer.alloc(32, 1));
const older = createSecretKey(Buffer.alloc(32, 2));
const challenge = { id: Buffer.alloc(16, 7), purpose: 'login', mobileNumber: '+919876543210' } as const;

it('a challenge always yields the same code, of the configured length', () => {
  expect(deriveCode(key, challenge, 6)).toBe(deriveCode(key, challenge, 6));
  for (const digits of [6, 7, 8])
    expect(deriveCode(key, challenge, digits)).toMatch(new RegExp(`^\\d{${digits}}$`));
});

it.each([
  // Made by another implementation of HMAC-SHA-256 and of the truncation of RFC 4226 §5.3.
  [7, '15323894'],
  [8, '88334241'],
  [9, '74438222'],
])('the code of the challenge whose bytes are all %d is %s', (byte, code) => {
  expect(deriveCode(key, { ...challenge, id: Buffer.alloc(16, byte) }, 8)).toBe(code);
});

it.each([
  ['key', older, challenge],
  ['challenge', key, { ...challenge, id: Buffer.alloc(16, 8) }],
  ['purpose', key, { ...challenge, purpose: 'reset' as const }],
  ['number', key, { ...challenge, mobileNumber: '+919876543211' }],
])('another %s is another code', (_, otherKey, other) => {
  expect(deriveCode(otherKey, other, 8)).not.toBe(deriveCode(key, challenge, 8));
});

it('a code is correct under the current key and under earlier ones', () => {
  const code = deriveCode(older, challenge, 6);
  expect(isCodeOf([key, older], challenge, 6, code)).toBe(true);
  expect(isCodeOf([key], challenge, 6, code)).toBe(false);
});

it.each([[''], ['0'], ['not a code'], ['1'.repeat(100)]])('%j is refused as a code', (guess) => {
  expect(isCodeOf([key], challenge, 6, guess)).toBe(false);
});

it('codes are spread evenly over all digits, leading zeros too', () => {
  const firsts = new Map<string, number>();
  for (let i = 0; i < 5000; i += 1) {
    const id = Buffer.alloc(16);
    id.writeUInt32BE(i);
    const first = deriveCode(key, { ...challenge, id }, 6)[0]!;
    firsts.set(first, (firsts.get(first) ?? 0) + 1);
  }
  // 500 are expected of each; six standard deviations are 127.
  for (const digit of '0123456789') expect(Math.abs((firsts.get(digit) ?? 0) - 500)).toBeLessThan(127);
});
