import type { Config } from '../../platform/config/config.js';
import { newId } from '../../platform/crypto/id.js';
import { Keys } from '../../platform/crypto/keys.js';
import { readRefreshToken, refreshTokenOf } from './refresh-token.js';

const keysOf = (...secrets: string[]) => new Keys({ auth: { secrets } } as Config);
const keys = keysOf('the current secret');
const parts = { sessionId: newId(), generation: 4_000_000_000 };

it('a token contains session and generation, and is the same for every caller', () => {
  const token = refreshTokenOf(keys, parts);
  expect(readRefreshToken(keys, token)).toEqual(parts);
  expect(refreshTokenOf(keysOf('the current secret'), parts)).toBe(token);
});

it('a token under an earlier secret is accepted, one under a foreign secret is refused', () => {
  const token = refreshTokenOf(keysOf('the secret before'), parts);
  expect(readRefreshToken(keysOf('the current secret', 'the secret before'), token)).toEqual(parts);
  expect(readRefreshToken(keys, token)).toBeNull();
});

it('a token with one changed bit is refused', () => {
  const bytes = Buffer.from(refreshTokenOf(keys, parts), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(readRefreshToken(keys, changed.toString('base64url'))).toBeNull();
  }
});

it.each([[''], ['x'], ['='], ['A'.repeat(70)], ['\u0000'], ['ä'.repeat(70)]])(
  '%j is refused as a token',
  (text) => {
    expect(readRefreshToken(keys, text)).toBeNull();
  },
);

it('a token in another spelling is refused', () => {
  const token = refreshTokenOf(keys, parts);
  for (const other of [`${token}=`, ` ${token}`, token.replace(/.$/, '$& ')])
    expect(readRefreshToken(keys, other)).toBeNull();
});
