import { askCode, newMobile, signIn } from '../support/people.js';
import { TEST_ENVIRONMENT } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';
import { startTwin } from '../support/rooms.js';

/** Tests of sign-in that need other settings than most, or move the clock. Each signs in by itself, at its product's time. */
const HOUR = 3600;
const TTL_DAYS = 2;

let product: Product;
beforeAll(async () => {
  product = await startProduct({
    DEFAULT_COUNTRY: 'IN',
    PASSWORD_LOGIN: 'off',
    REFRESH_TOKEN_TTL_DAYS: String(TTL_DAYS),
  });
});
afterAll(() => product.close());

const refresh = (refresh_token: string, on = product) => on.client.post('/auth/refresh', { refresh_token });
const me = (token: string, on = product) => on.client.as(token).get('/user/me');
const verify = (code: object) => product.client.post('/auth/verify-otp', code);

it('tokens outlive a rotation of the secret, and new ones are signed with the new one', async () => {
  const { tokens } = await signIn(product);
  const rotated = await startTwin(product, {
    JWT_SECRET: 'another-secret-for-tests-0123456789abcdef',
    JWT_PREVIOUS_SECRETS: TEST_ENVIRONMENT.JWT_SECRET,
    WORKER: 'separate',
  });
  expect((await me(tokens.access_token, rotated)).status).toBe(200);
  const next = await refresh(tokens.refresh_token, rotated);
  expect(next.status).toBe(200);
  const kid = (token: string) => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid;
  expect(kid(next.body.access_token)).not.toBe(kid(tokens.access_token));
  await rotated.close();
});

it('with PASSWORD_LOGIN=off the password routes do not exist', async () => {
  const body = { mobile_number: newMobile(), password: 'four words no one guesses' };
  for (const path of ['/auth/login', '/auth/forgot-password', '/auth/reset-password'])
    expect((await product.client.post(path, body)).status).toBe(404);
  const signup = await product.client.post('/auth/signup', body);
  expect(signup.body.errors).toMatchObject([{ field: 'password', code: 'not_allowed' }]);
});

it('every spelling of one number is one account', async () => {
  const { user } = await signIn(product, '+919876500001');
  for (const spelling of [
    '09876500001',
    '98765 00001',
    '+91 (98765) 00-001',
    '+91-98765.00001',
    '0091 98765 00001',
    'tel:+919876500001',
  ]) {
    const code = await askCode(product, spelling);
    expect((await verify(code)).body.user.id).toBe(user.id);
  }
});

it('a code expires after OTP_TTL_SECONDS', async () => {
  const code = await askCode(product);
  await product.advanceClock(299);
  const late = await askCode(product, code.mobile_number);
  await product.advanceClock(2);
  expect(await verify(code)).toMatchObject({ status: 401, body: { code: 'otp_invalid' } });
  expect((await verify(late)).status).toBe(200);
});

it('an expired token is token_expired, also when it was remembered while valid', async () => {
  const { tokens } = await signIn(product);
  expect((await me(tokens.access_token)).status).toBe(200);
  await product.advanceClock(901);
  const expired = await me(tokens.access_token);
  expect(expired).toMatchObject({ status: 401, body: { code: 'token_expired' } });
});

it('a lost answer costs no session: the previous token works until the current one is used', async () => {
  const { tokens } = await signIn(product);
  const lost = await refresh(tokens.refresh_token);
  await product.advanceClock(HOUR);
  const found = await refresh(tokens.refresh_token);
  expect(found.body.refresh_token).toBe(lost.body.refresh_token);
  // The new token is used now: an hour later the previous one is a replay and ends the session.
  expect((await me(found.body.access_token)).status).toBe(200);
  await product.advanceClock(11);
  expect(await refresh(tokens.refresh_token)).toMatchObject({ status: 401, body: { code: 'session_ended' } });
  expect(await refresh(found.body.refresh_token)).toMatchObject({ status: 401 });
  expect((await me(found.body.access_token)).body.code).toBe('session_ended');
});

it('a session that is not refreshed for REFRESH_TOKEN_TTL_DAYS ends; a refresh prolongs it', async () => {
  const { tokens } = await signIn(product);
  await product.advanceClock(36 * HOUR);
  const next = await refresh(tokens.refresh_token);
  expect(next.body.refresh_expires_in).toBe(TTL_DAYS * 24 * HOUR);
  await product.advanceClock(36 * HOUR);
  const last = await refresh(next.body.refresh_token);
  expect(last.status).toBe(200);
  await product.advanceClock(TTL_DAYS * 24 * HOUR);
  expect((await refresh(last.body.refresh_token)).status).toBe(401);
});
