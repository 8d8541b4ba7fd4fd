import { askCode, newMobile, newUser, signIn, signUpWithPassword, wrong } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';

const PASSWORD = '  four wörds no one guesses  ';
const OTHER = 'another five words altogether';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

const post = (path: string, body: object) => product.client.post(path, body);
const logIn = (mobile_number: string, password: string) => post('/auth/login', { mobile_number, password });
const times = <T>(n: number, run: () => Promise<T>) => Promise.all(Array.from({ length: n }, run));

it('a password signs in, unchanged by trimming or normalisation', async () => {
  const { mobileNumber, user } = await signUpWithPassword(product, PASSWORD);
  const answer = await logIn(mobileNumber, PASSWORD);
  expect(answer.status).toBe(200);
  const me = await product.client.as(answer.body.access_token).get('/user/me');
  expect(me.body).toMatchObject({ id: user.id, has_password: true });
  expect((await logIn(mobileNumber, PASSWORD.trim())).status).toBe(401);
  const [row] = await product.rows<{ password_hash: string }>(
    'select password_hash from users where id = $1',
    [user.id],
  );
  expect(row!.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

it('a wrong password, an unknown number and an account without one answer the same', async () => {
  const { mobileNumber } = await signUpWithPassword(product, PASSWORD);
  const without = await signIn(product);
  const answers = await Promise.all(
    [mobileNumber, newMobile(), without.mobileNumber].map((number) => logIn(number, 'not the password')),
  );
  const seen = answers.map(({ status, body }) => ({ status, body: { ...body, request_id: '' } }));
  expect(seen[0]).toMatchObject({ status: 401, body: { code: 'credentials_invalid' } });
  expect(seen).toEqual([seen[0], seen[0], seen[0]]);
});

it('ten wrong passwords from one address close password sign-in, never sign-in by code', async () => {
  const { mobileNumber } = await signUpWithPassword(product, PASSWORD);
  const answers = await times(15, () => logIn(mobileNumber, 'not the password'));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  const refused = await logIn(mobileNumber, PASSWORD);
  expect(refused).toMatchObject({ status: 429, body: { code: 'credentials_attempts_exceeded' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(890);
  expect((await post('/auth/verify-otp', await askCode(product, mobileNumber))).status).toBe(200);
});

it('right passwords do not count', async () => {
  const { mobileNumber } = await signUpWithPassword(product, PASSWORD);
  for (let i = 0; i < 12; i += 1) expect((await logIn(mobileNumber, PASSWORD)).status).toBe(200);
});

it('a suspended account is reported after a right password only', async () => {
  const { mobileNumber, user } = await signUpWithPassword(product, PASSWORD);
  await product.rows('update users set suspended_at = now() where id = $1', [user.id]);
  expect((await logIn(mobileNumber, OTHER)).status).toBe(401);
  expect(await logIn(mobileNumber, PASSWORD)).toMatchObject({
    status: 403,
    body: { code: 'account_suspended' },
  });
});

it('a reset with the code sets the password and ends every session', async () => {
  const { mobileNumber, client } = await signUpWithPassword(product, PASSWORD);
  const code = await askCode(product, mobileNumber, { path: '/auth/forgot-password' });
  expect((await post('/auth/reset-password', { ...code, new_password: OTHER })).status).toBe(204);
  expect((await client.get('/user/me')).body.code).toBe('session_ended');
  expect((await logIn(mobileNumber, PASSWORD)).status).toBe(401);
  expect((await logIn(mobileNumber, OTHER)).status).toBe(200);
  const replayed = await post('/auth/reset-password', { ...code, new_password: PASSWORD });
  expect(replayed).toMatchObject({ status: 401, body: { code: 'otp_invalid' } });
});

it('of parallel resets with one code exactly one succeeds', async () => {
  const { mobileNumber } = await signIn(product);
  const code = await askCode(product, mobileNumber, { path: '/auth/forgot-password' });
  const answers = await times(5, () => post('/auth/reset-password', { ...code, new_password: OTHER }));
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 401, 401, 401, 401]);
});

it('a login code does not reset, a reset code does not log in', async () => {
  const { mobileNumber } = await signIn(product);
  const login = await askCode(product, mobileNumber);
  const reset = await askCode(product, mobileNumber, { path: '/auth/forgot-password' });
  expect((await post('/auth/reset-password', { ...login, new_password: OTHER })).status).toBe(401);
  expect((await post('/auth/verify-otp', reset)).status).toBe(401);
  expect(
    (await post('/auth/reset-password', { ...reset, otp: wrong(reset.otp), new_password: OTHER })).status,
  ).toBe(401);
  expect((await post('/auth/reset-password', { ...reset, new_password: OTHER })).status).toBe(204);
});

it('forgot-password answers the same for an unknown number, sends nothing, and its code opens nothing', async () => {
  const { mobileNumber } = await signIn(product);
  const unknown = newMobile();
  const answers = await Promise.all(
    [mobileNumber, unknown].map((mobile_number) => post('/auth/forgot-password', { mobile_number })),
  );
  expect(answers.map(({ status, body }) => [status, Object.keys(body)])).toEqual([
    [202, Object.keys(answers[0]!.body)],
    [202, Object.keys(answers[0]!.body)],
  ]);
  const { challenge_id, otp } = answers[1]!.body;
  const reset = { mobile_number: unknown, challenge_id, otp, new_password: OTHER };
  expect(await post('/auth/reset-password', reset)).toMatchObject({
    status: 401,
    body: { code: 'otp_invalid' },
  });
  // The known number's text comes through the same queue, later or earlier; the unknown number's never does.
  const inbox = await product.client.get(`/sandbox/sms?mobile_number=${encodeURIComponent(unknown)}`);
  expect(inbox.body.data).toEqual([]);
});

it('a change asks for the current password and ends every other session', async () => {
  const { mobileNumber, client } = await signUpWithPassword(product, PASSWORD);
  const other = (await logIn(mobileNumber, PASSWORD)).body.access_token;
  const change = (body: object) => client.post('/auth/change-password', body);
  expect((await change({ new_password: OTHER })).body.errors).toMatchObject([
    { field: 'current_password', code: 'required' },
  ]);
  expect(await change({ current_password: OTHER, new_password: OTHER })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'current_password', code: 'mismatch' }] },
  });
  expect((await change({ old_password: PASSWORD, new_password: OTHER })).status).toBe(204);
  expect((await client.get('/user/me')).status).toBe(200);
  expect((await product.client.as(other).get('/user/me')).body.code).toBe('session_ended');
  expect((await logIn(mobileNumber, OTHER)).status).toBe(200);
});

it('five wrong current passwords close the change for a while; the session stays', async () => {
  const { client } = await signUpWithPassword(product, PASSWORD);
  const change = (current_password: string) =>
    client.post('/auth/change-password', { current_password, new_password: OTHER });
  const answers = await times(8, () => change('not the password'));
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(5);
  expect(await change(PASSWORD)).toMatchObject({
    status: 429,
    body: { code: 'credentials_attempts_exceeded' },
  });
  expect((await client.get('/user/me')).status).toBe(200);
});

it('of parallel changes from one current password exactly one succeeds', async () => {
  const { client, mobileNumber } = await signUpWithPassword(product, PASSWORD);
  const passwords = [1, 2, 3].map((i) => `new password number ${i}`);
  const answers = await Promise.all(
    passwords.map((new_password) =>
      client.post('/auth/change-password', { current_password: PASSWORD, new_password }),
    ),
  );
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 400, 400]);
  const winner = passwords[answers.findIndex(({ status }) => status === 204)]!;
  expect((await logIn(mobileNumber, winner)).status).toBe(200);
});

it('without a password, a fresh session sets one and a stale session must step up', async () => {
  const fresh = await newUser(product);
  expect((await fresh.client.post('/auth/change-password', { new_password: OTHER })).status).toBe(204);
  const stale = await newUser(product);
  await product.rows(`update sessions set authenticated_at = now() - interval '11 minutes' where id = $1`, [
    stale.sessionId,
  ]);
  expect(await stale.client.post('/auth/change-password', { new_password: OTHER })).toMatchObject({
    status: 403,
    body: { code: 'step_up_required' },
  });
});

it.each([['password123'], ['QWERTYUIOP'], ['aaaaaaaaaaaa'], ['87654321'], ['abcabcabcabc']])(
  '%s is refused as too common',
  async (password) => {
    const answer = await post('/auth/signup', { mobile_number: newMobile(), password });
    expect(answer.body.errors).toMatchObject([{ field: 'password', code: 'common_password' }]);
  },
);
