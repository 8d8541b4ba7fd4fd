import type { Config } from '../../platform/config/config.js';
import { newId } from '../../platform/crypto/id.js';
import { Keys } from '../../platform/crypto/keys.js';
import { accessTokenOptions, isAccessTokenClaims, keyIdOf } from './access-token.js';

const CLAIMS = { sub: newId(), sid: newId(), gen: 0, iat: 1_700_000_000, exp: 1_700_000_900 };
const token = (header: string) => `${Buffer.from(header).toString('base64url')}.e30.x`;

it('tokens are signed with HS256 under the current key, which the header names', () => {
  const keys = new Keys({ auth: { secrets: ['new', 'old'] } } as Config);
  const { kid, key } = keys.current('access-token');
  expect(accessTokenOptions(keys)).toEqual({ secret: key, signOptions: { algorithm: 'HS256', keyid: kid } });
});

it('our claims are accepted, also with additional ones', () => {
  expect(isAccessTokenClaims(CLAIMS)).toBe(true);
  expect(isAccessTokenClaims({ ...CLAIMS, sbx: true })).toBe(true);
});

it.each<[what: string, claims: unknown]>([
  ['null', null],
  ['nothing', undefined],
  ...(['sub', 'sid', 'gen', 'iat', 'exp'] as const).flatMap((name) =>
    [undefined, null, 'x', 1.5, {}, [CLAIMS[name]], Infinity].map(
      (value) => [`${name} ${JSON.stringify(value)}`, { ...CLAIMS, [name]: value }] as [string, unknown],
    ),
  ),
  ['a user that is a number', { ...CLAIMS, sub: 7 }],
  ['a time that is a text', { ...CLAIMS, iat: '1700000000', exp: '1700000900' }],
])('a signed token is not one of ours with %s', (_, claims) => {
  expect(isAccessTokenClaims(claims)).toBe(false);
});

it.each([
  ['{"kid":"k1"}', 'k1'],
  ['{"kid":7}', 7],
  ['{}', undefined],
  ['null', undefined],
  ['no json', undefined],
])('the key that the header %s names is %p', (header, kid) => {
  expect(keyIdOf(token(header))).toBe(kid);
});

it.each(['', '.', 'x', '..', '\0'])('a token %j yields no key id', (text) => {
  expect(keyIdOf(text)).toBeUndefined();
});
