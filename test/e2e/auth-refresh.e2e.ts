import { signIn } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';

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

it('an older token ends the session at once', async () => {
  const { tokens } = await signIn(product);
  const second = await refresh(tokens.refresh_token);
  const third = await refresh(second.body.refresh_token);
  expect(await refresh(tokens.refresh_token)).toMatchObject({ status: 401, body: { code: 'session_ended' } });
  expect((await refresh(third.body.refresh_token)).status).toBe(401);
  expect(await isAlive(third.body.access_token)).toBe(false);
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
