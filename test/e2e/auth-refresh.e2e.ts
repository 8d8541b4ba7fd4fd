import { signIn } from '../support/people.js';
import { sharedProduct, startProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

const refresh = (refresh_token: string) => product.client.post('/auth/refresh', { refresh_token });
const isAlive = async (accessToken: string) =>
  (await product.client.as(accessToken).get('/user/me')).status === 200;

it('a refresh rotates the token and the new tokens work', async () => {
  const { tokens } = await signIn(product);
  const next = await refresh(tokens.refresh_token);
  expect(next.status).toBe(200);
  expect(next.body.refresh_token).not.toBe(tokens.refresh_token);
  expect(await isAlive(next.body.access_token)).toBe(true);
  expect(await isAlive(tokens.access_token)).toBe(true);
});

it('20 refreshes at once give one session and one current token', async () => {
  const { tokens, client } = await signIn(product);
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(tokens.refresh_token)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  expect((await client.get('/auth/sessions')).body.data).toHaveLength(1);
  expect((await refresh(answers[0]!.body.refresh_token)).status).toBe(200);
});

it('the previous token works for 10 s although the current one is in use', async () => {
  const { tokens } = await signIn(product);
  const next = await refresh(tokens.refresh_token);
  expect(await isAlive(next.body.access_token)).toBe(true);
  const repeated = await refresh(tokens.refresh_token);
  expect(repeated.body.refresh_token).toBe(next.body.refresh_token);
});

it('a lost answer costs no session: the previous token works until the current one is used', async () => {
  const own = await startProduct();
  const again = (refresh_token: string) => own.client.post('/auth/refresh', { refresh_token });
  const { tokens } = await signIn(own);
  const lost = await again(tokens.refresh_token);
  await own.advanceClock(3600);
  const found = await again(tokens.refresh_token);
  expect(found.body.refresh_token).toBe(lost.body.refresh_token);
  // The new token is used now: an hour later the previous one is a replay and ends the session.
  expect((await own.client.as(found.body.access_token).get('/user/me')).status).toBe(200);
  await own.advanceClock(11);
  expect(await again(tokens.refresh_token)).toMatchObject({ status: 401, body: { code: 'session_ended' } });
  expect(await again(found.body.refresh_token)).toMatchObject({ status: 401 });
  expect((await own.client.as(found.body.access_token).get('/user/me')).body.code).toBe('session_ended');
  await own.close();
});

it('an older token ends the session at once', async () => {
  const { tokens } = await signIn(product);
  const second = await refresh(tokens.refresh_token);
  const third = await refresh(second.body.refresh_token);
  expect(await refresh(tokens.refresh_token)).toMatchObject({ status: 401, body: { code: 'session_ended' } });
  expect((await refresh(third.body.refresh_token)).status).toBe(401);
  expect(await isAlive(third.body.access_token)).toBe(false);
});

it('a session that is not refreshed for REFRESH_TOKEN_TTL_DAYS ends; a refresh prolongs it', async () => {
  const own = await startProduct({ REFRESH_TOKEN_TTL_DAYS: '2' });
  const again = (refresh_token: string) => own.client.post('/auth/refresh', { refresh_token });
  const { tokens } = await signIn(own);
  await own.advanceClock(36 * 3600);
  const next = await again(tokens.refresh_token);
  expect(next.body.refresh_expires_in).toBe(48 * 3600);
  await own.advanceClock(36 * 3600);
  const last = await again(next.body.refresh_token);
  expect(last.status).toBe(200);
  await own.advanceClock(48 * 3600);
  expect((await again(last.body.refresh_token)).status).toBe(401);
  await own.close();
});

it.each([['garbage'], ['A'.repeat(70)]])('%s is no refresh token', async (token) => {
  expect(await refresh(token)).toMatchObject({ status: 401, body: { code: 'session_ended' } });
});

it('a refresh token whose last bit was changed is none', async () => {
  const { tokens } = await signIn(product);
  const bytes = Buffer.from(tokens.refresh_token, 'base64url');
  bytes[bytes.length - 1]! ^= 1;
  expect((await refresh(bytes.toString('base64url'))).status).toBe(401);
  expect((await refresh(tokens.refresh_token)).status).toBe(200);
});

it('tokens outlive a rotation of the secret, and new ones are signed with the new one', async () => {
  const old = await startProduct();
  const { tokens } = await signIn(old);
  await old.end('SIGTERM');
  const rotated = await startProduct({
    DATABASE_URL: old.databaseUrl,
    JWT_SECRET: 'another-secret-for-tests-0123456789abcdef',
    JWT_PREVIOUS_SECRETS: 'only-for-tests-0123456789abcdef0123456789abcdef',
  });
  expect((await rotated.client.as(tokens.access_token).get('/user/me')).status).toBe(200);
  const next = await rotated.client.post('/auth/refresh', { refresh_token: tokens.refresh_token });
  expect(next.status).toBe(200);
  const kid = (token: string) => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid;
  expect(kid(next.body.access_token)).not.toBe(kid(tokens.access_token));
  await rotated.close();
  await old.db.end();
});
