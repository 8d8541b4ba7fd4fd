import { newUser, signToken, testKeys } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { macedWith, newKey, signedBy, TokenIssuer, unsigned } from '../support/token-issuer.js';

let product: Product;
let issuer: TokenIssuer;
let other: TokenIssuer;
/** An untrusted issuer that counts requests. */
let attacker: TokenIssuer;
beforeAll(async () => {
  [issuer, other, attacker] = await Promise.all([
    TokenIssuer.start(),
    TokenIssuer.start('RS256'),
    TokenIssuer.start(),
  ]);
  product = await startProduct({
    AUTH_TRUSTED_ISSUERS: `${issuer.setting},${other.setting}`,
    WORKER: 'separate',
  });
});
afterAll(async () => {
  await product.close();
  await Promise.all([issuer, other, attacker].map((one) => one.close()));
});

const nowSeconds = () => Math.floor(Date.now() / 1000);
const DAY = 86_400;
const me = (token: string) => product.client.as(token).get('/user/me');
const publicKey = () => issuer.keys[0]!.publicKey;
const jwk = (of = issuer) => ({ ...of.keys[0]!.publicKey.export({ format: 'jwk' }), kid: of.keys[0]!.kid });
/** JSON text with a member of one name twice. */
const twice = (claims: object, name: string, value: unknown) =>
  JSON.stringify(claims).replace(/}$/, `,"${name}":${JSON.stringify(value)}}`);

/** What each attack sends. */
const ATTACKS: Record<string, Record<string, () => string>> = {
  'another algorithm': {
    none: () => unsigned(issuer.header({ alg: 'none' }), issuer.claims()),
    'none in capitals': () => unsigned(issuer.header({ alg: 'NONE' }), issuer.claims()),
    'ES256 without a signature': () => unsigned(issuer.header(), issuer.claims()),
    'a signature of nothing but zeros': () =>
      unsigned(issuer.header(), issuer.claims()) + Buffer.alloc(64).toString('base64url'),
    'HS256 under the public key as PEM': () =>
      macedWith(
        publicKey().export({ type: 'spki', format: 'pem' }),
        issuer.header({ alg: 'HS256' }),
        issuer.claims(),
      ),
    'HS256 under the public key as DER': () =>
      macedWith(
        publicKey().export({ type: 'spki', format: 'der' }),
        issuer.header({ alg: 'HS256' }),
        issuer.claims(),
      ),
    'HS256 under the public key as JWK': () =>
      macedWith(JSON.stringify(jwk()), issuer.header({ alg: 'HS256' }), issuer.claims()),
    'PS256, which is not allowed, by the right key': () =>
      signedBy({ ...other.keys[0]!, alg: 'PS256' }, other.header({ alg: 'PS256' }), other.claims()),
    'RS256 with the id of an ES256 key': () =>
      signedBy(
        { ...newKey('RS256'), kid: issuer.keys[0]!.kid },
        issuer.header({ alg: 'RS256' }),
        issuer.claims(),
      ),
    'ES256 in name, signed with RSA': () => signedBy(newKey('RS256'), issuer.header(), issuer.claims()),
  },
  'another key': {
    'of another trusted issuer, under its id': () =>
      signedBy(other.keys[0]!, other.header(), issuer.claims()),
    'of another trusted issuer, under this one’s id': () =>
      signedBy(other.keys[0]!, issuer.header(), issuer.claims()),
    'of an unknown key, under this one’s id': () => signedBy(newKey(), issuer.header(), issuer.claims()),
    'of an unknown key, sent along': () =>
      signedBy(attacker.keys[0]!, issuer.header({ jwk: jwk(attacker) }), issuer.claims()),
    'of an unknown key, sent along under its own id': () =>
      signedBy(attacker.keys[0]!, attacker.header({ jwk: jwk(attacker) }), issuer.claims()),
    'of an unknown key, to be fetched': () => {
      const url = attacker.setting.split('|')[2]!;
      return signedBy(attacker.keys[0]!, attacker.header({ jku: url, x5u: url }), issuer.claims());
    },
    'without an id, of an unknown key': () =>
      signedBy(attacker.keys[0]!, issuer.header({ kid: undefined }), issuer.claims()),
    'with an id that is no text': () => issuer.token({}, { kid: 5 }),
    'with an id that climbs': () => issuer.token({}, { kid: '../../../../dev/null' }),
  },
  'another issuer': {
    'of an untrusted issuer': () => attacker.token(),
    'with a slash less': () => issuer.token({ iss: issuer.name.slice(0, -1) }),
    'in capitals': () => issuer.token({ iss: issuer.name.toUpperCase() }),
    'in a list': () => issuer.token({ iss: [issuer.name] }),
    'said last': () =>
      signedBy(attacker.keys[0]!, attacker.header(), twice(attacker.claims(), 'iss', issuer.name)),
    'said last, by one that is trusted': () =>
      signedBy(other.keys[0]!, other.header(), twice(other.claims(), 'iss', issuer.name)),
    'said first': () =>
      signedBy(issuer.keys[0]!, issuer.header(), twice(issuer.claims(), 'iss', attacker.name)),
    'none at all': () => issuer.token({ iss: undefined }),
  },
  'another audience': {
    'another audience': () => issuer.token({ aud: 'another app' }),
    'a list of others': () => issuer.token({ aud: ['another', 'chat2', 'chat '] }),
    'a part of ours': () => issuer.token({ aud: 'cha' }),
    'in capitals': () => issuer.token({ aud: 'CHAT' }),
    'no audience': () => issuer.token({ aud: undefined }),
    'an empty list': () => issuer.token({ aud: [] }),
    'no text': () => issuer.token({ aud: { chat: true } }),
    'another one, said last': () =>
      signedBy(issuer.keys[0]!, issuer.header(), twice(issuer.claims(), 'aud', 'another')),
  },
  'other times': {
    'no end': () => issuer.token({ exp: undefined }),
    'an end that is text': () => issuer.token({ exp: String(nowSeconds() + 60) }),
    'an end that is null': () => issuer.token({ exp: null }),
    'an end in infinity': () =>
      signedBy(
        issuer.keys[0]!,
        issuer.header(),
        JSON.stringify(issuer.claims()).replace(/"exp":\d+/, '"exp":1e999'),
      ),
    'an end more than 24 hours away': () => issuer.token({ exp: nowSeconds() + DAY + 5 }),
    'a life of more than 24 hours, nearly over': () =>
      issuer.token({ iat: nowSeconds() - DAY, exp: nowSeconds() + 60 }),
    'no beginning': () => issuer.token({ iat: undefined }),
    'a beginning that is text': () => issuer.token({ iat: String(nowSeconds()) }),
    'a beginning to come': () => issuer.token({ iat: nowSeconds() + 300 }),
    'a beginning before time': () => issuer.token({ iat: -1, exp: nowSeconds() + 60 }),
    'not yet': () => issuer.token({ nbf: nowSeconds() + 300 }),
    'not yet, as text': () => issuer.token({ nbf: 'tomorrow' }),
  },
  'another purpose': {
    'signing out': () => issuer.token({}, { typ: 'logout+jwt' }),
    'proof of possession': () => issuer.token({}, { typ: 'dpop+jwt' }),
    'a type that is no text': () => issuer.token({}, { typ: 5 }),
    'bound to a key': () => issuer.token({ cnf: { jkt: 'x' } }),
    'an extension that must be understood': () => issuer.token({}, { crit: ['exp2'], exp2: 1 }),
    'a critical list that is empty': () => issuer.token({}, { crit: [] }),
    'an unencoded payload': () => issuer.token({}, { crit: ['b64'], b64: false }),
  },
  'another person': {
    'no subject': () => issuer.token({ sub: undefined }),
    'an empty name': () => issuer.token({ sub: '' }),
    'a number': () => issuer.token({ sub: 5 }),
    'a list': () => issuer.token({ sub: ['x'] }),
    '256 characters': () => issuer.token({ sub: 'x'.repeat(256) }),
    'NUL in it': () => issuer.token({ sub: 'a\0b' }),
    'a lone surrogate in it': () => issuer.token({ sub: '\ud800' }),
  },
  'another form': {
    'something after it': () => `${issuer.token()}A`,
    'padding after it': () => `${issuer.token()}=`,
    'a full stop after it': () => `${issuer.token()}.`,
    'a fourth part': () => `${issuer.token()}.e30`,
    'an encrypted token’s five parts': () => `${issuer.token()}.e30.e30`,
    'claims that are a list': () => signedBy(issuer.keys[0]!, issuer.header(), [issuer.claims()]),
    'claims that are null': () => signedBy(issuer.keys[0]!, issuer.header(), 'null'),
    'claims that are no JSON': () => signedBy(issuer.keys[0]!, issuer.header(), '{"iss":'),
    'a header that is no JSON': () => signedBy(issuer.keys[0]!, '{"alg":', issuer.claims()),
    'nine kilobytes': () => issuer.token({ groups: 'x'.repeat(7000) }),
  },
};

describe.each(Object.entries(ATTACKS))('a token of %s', (_, attacks) => {
  it.each(Object.entries(attacks))('(%s) is unauthenticated', async (_name, forge) => {
    const answer = await me(forge());
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('one of our own tokens', () => {
  it('that names a trusted issuer is not accepted as the issuer’s', async () => {
    const user = await newUser(product);
    const claims = { sub: user.id, sid: user.sessionId, iss: issuer.name, aud: 'chat' };
    const { key, kid } = testKeys.current('access-token');
    const whole = { ...issuer.claims(), ...claims, gen: 1 };
    for (const token of [signToken(claims), macedWith(key, { alg: 'HS256', typ: 'JWT', kid }, whole)])
      expect((await me(token)).body.code).toBe('unauthenticated');
    expect((await me(user.token)).status).toBe(200);
  });

  it('cannot be imitated by a foreign token that names its session', async () => {
    const user = await newUser(product);
    const { body } = await me(issuer.token({ sub: user.id, sid: user.sessionId, gen: 1 }));
    expect(body.id).not.toBe(user.id);
  });
});

it('an expired token is token_expired after a minute of clock tolerance', async () => {
  const expired = (secondsAgo: number) =>
    me(issuer.token({ iat: nowSeconds() - 900, exp: nowSeconds() - secondsAgo }));
  expect((await expired(30)).status).toBe(200);
  expect((await expired(65)).body.code).toBe('token_expired');
});

it('an oversized token is refused before it is parsed', async () => {
  const token = issuer.token({ groups: 'x'.repeat(20_000) });
  // Refused before there is a route: no route describes it.
  const { status } = await product.client.as(token).get('/user/me', { undocumented: true });
  expect(status).toBe(431);
});

it('none of these attacks created an account or a request to an untrusted host', async () => {
  const before = await product.rows('select * from external_identities');
  for (const attacks of Object.values(ATTACKS)) for (const forge of Object.values(attacks)) await me(forge());
  expect(await product.rows('select * from external_identities')).toEqual(before);
  expect(attacker.asked).toBe(0);
});

// Moves the clock.
it('a remembered token still expires', async () => {
  const client = product.client.as(issuer.token({ exp: nowSeconds() + 100 }));
  expect((await client.get('/user/me')).status).toBe(200);
  await product.advanceClock(155);
  expect((await client.get('/user/me')).status).toBe(200);
  await product.advanceClock(10);
  expect((await client.get('/user/me')).body.code).toBe('token_expired');
});
