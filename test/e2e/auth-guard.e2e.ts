import { createHmac } from 'node:crypto';
import { newUser, signToken, testKeys } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const whoAmI = (token: string) => product.client.as(token).get('/user/me');

/** Signs by hand, with any header. */
function forge(header: object, claims: object): string {
  const body = `${b64(header)}.${b64(claims)}`;
  const signature = createHmac('sha256', testKeys.current('access-token').key).update(body);
  return `${body}.${signature.digest('base64url')}`;
}

it('a valid token identifies its user, the second time from memory', async () => {
  const user = await newUser(product, { tier: 'pro' });
  for (const _ of [1, 2]) {
    const answer = await user.client.get('/user/me');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: user.id, mobile_number: user.mobileNumber, tier: 'pro' });
  }
});

it.each([
  ['no token', undefined],
  ['another scheme', 'Basic YTpi'],
  ['garbage', 'Bearer garbage'],
  ['an empty token', 'Bearer '],
])('%s is unauthenticated', async (_, authorization) => {
  const answer = await product.client.get('/user/me', { headers: authorization ? { authorization } : {} });
  expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
});

it('a token pasted with the word Bearer gets an error that says so', async () => {
  const { token } = await newUser(product);
  const headers = { authorization: `Bearer Bearer ${token}` };
  const { status, body } = await product.client.get('/user/me', { headers });
  expect([status, body.code, body.detail]).toEqual([
    401,
    'unauthenticated',
    expect.stringContaining('the word Bearer twice'),
  ]);
});

it('another algorithm, no algorithm, an unknown key or half the claims are unauthenticated', async () => {
  const user = await newUser(product);
  const { kid } = testKeys.current('access-token');
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sub: user.id, sid: user.sessionId, gen: 1, iat, exp: iat + 900 };
  const tokens = {
    good: forge({ alg: 'HS256', typ: 'JWT', kid }, claims),
    none: `${b64({ alg: 'none', typ: 'JWT', kid })}.${b64(claims)}.`,
    otherAlgorithm: forge({ alg: 'HS512', typ: 'JWT', kid }, claims),
    unknownKey: forge({ alg: 'HS256', typ: 'JWT', kid: 'nobodys' }, claims),
    noKey: forge({ alg: 'HS256', typ: 'JWT' }, claims),
    noExpiry: forge({ alg: 'HS256', typ: 'JWT', kid }, { ...claims, exp: undefined }),
    noSession: forge({ alg: 'HS256', typ: 'JWT', kid }, { ...claims, sid: undefined }),
  };
  const seen = Object.fromEntries(
    await Promise.all(
      Object.entries(tokens).map(async ([name, token]) => [name, (await whoAmI(token)).body.code ?? 'ok']),
    ),
  );
  const refused = Object.fromEntries(Object.keys(tokens).map((name) => [name, 'unauthenticated']));
  expect(seen).toEqual({ ...refused, good: 'ok' });
});

it('a token of an ended or unknown session is session_ended', async () => {
  const user = await newUser(product);
  await product.rows('update sessions set ended_at = now() where id = $1', [user.sessionId]);
  const stranger = signToken({ sub: user.id, sid: '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f' });
  for (const token of [user.token, stranger]) {
    expect(await whoAmI(token)).toMatchObject({ status: 401, body: { code: 'session_ended' } });
  }
});

it('a number proven by the SMS sandbox counts only where the sandbox is on', async () => {
  const user = await newUser(product, { sandbox: true });
  expect((await user.client.get('/user/me')).status).toBe(200);
});

it.each(['access_token', 'refresh_token', 'access%5Ftoken'])(
  '%s in the URL is refused, on open routes too',
  async (name) => {
    const user = await newUser(product);
    for (const path of ['/user/me', '/sandbox/clock']) {
      const method = path === '/user/me' ? 'GET' : 'POST';
      const answer = await user.client.request(method, `${path}?${name}=x`);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'credential_in_url' }] } });
    }
  },
);

it('the first use of an access token marks its refresh generation as used', async () => {
  const user = await newUser(product);
  await user.client.get('/user/me');
  const [session] = await product.rows('select used_generation from sessions where id = $1', [
    user.sessionId,
  ]);
  expect(session).toEqual({ used_generation: 1 });
});
