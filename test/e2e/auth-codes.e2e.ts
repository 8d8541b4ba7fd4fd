import { askCode, newMobile, signIn, wrong } from '../support/people.js';
import { eventually } from '../support/eventually.js';
import { sharedProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

const post = (path: string, body: object) => product.client.post(path, body);
const verify = (body: object) => post('/auth/verify-otp', body);
const times = <T>(n: number, run: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => run(i)));
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort((a, b) => a - b);

it('a code signs in, and the first verification of a number creates its account', async () => {
  const code = await askCode(product);
  const first = await verify(code);
  expect(first.status).toBe(200);
  expect(first.body).toMatchObject({
    token_type: 'Bearer',
    expires_in: 900,
    refresh_expires_in: 30 * 24 * 3600,
    new_user: true,
    profile_applied: false,
    user: { mobile_number: code.mobile_number, name: null, has_password: false, tier: 'basic' },
  });
  const again = await verify(await askCode(product, code.mobile_number));
  expect(again.body).toMatchObject({ new_user: false, user: { id: first.body.user.id } });
});

it('a send answers with what a client needs, identically for a known number', async () => {
  const { mobileNumber } = await signIn(product);
  for (const mobile_number of [mobileNumber, newMobile()]) {
    const answer = await post('/auth/send-otp', { mobile_number });
    expect(answer).toMatchObject({ status: 202 });
    expect(answer.body).toEqual({
      message: expect.any(String),
      challenge_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      expires_in: 300,
      resend_after: 30,
      code_length: 6,
      otp: expect.stringMatching(/^\d{6}$/),
    });
  }
});

it('the SMS sandbox holds the text that was sent, newest first', async () => {
  const code = await askCode(product);
  const path = `/sandbox/sms?mobile_number=${encodeURIComponent(code.mobile_number)}`;
  const inbox = await eventually(
    () => product.client.get(path),
    ({ body }) => body.data.length === 1,
  );
  expect(inbox.body.data[0].text).toBe(`Your code is ${code.otp}. It works for 5 minutes. Do not share it.`);
  await askCode(product, code.mobile_number);
  const later = await eventually(
    () => product.client.get(path),
    ({ body }) => body.data.length === 2,
  );
  expect(later.body.data[1]).toEqual(inbox.body.data[0]);
  const page = await product.client.get(`${path}&limit=1`);
  const rest = await product.client.get(`${path}&cursor=${page.body.next_cursor}`);
  expect([...page.body.data, ...rest.body.data]).toEqual(later.body.data);
});

it.each([['X-Forwarded-For'], ['Forwarded'], ['Via'], ['X-Real-IP']])(
  'behind a proxy (%s) the sandbox shows neither code nor inbox',
  async (name) => {
    const headers = { [name]: '1.1 somewhere' };
    const sent = await product.client.post('/auth/send-otp', { mobile_number: newMobile() }, { headers });
    expect(sent.status).toBe(202);
    expect(sent.body).not.toHaveProperty('otp');
    expect((await product.client.get('/sandbox/sms', { headers })).status).toBe(404);
  },
);

it.each([
  ['letters', 'call me', 'invalid_number'],
  ['too few digits', '+1234', 'invalid_number'],
  ['too many digits', '+1234567890123456', 'invalid_number'],
  ['NUL', '+9198765\u000000002', 'invalid_characters'],
])('a number with %s is refused', async (_, mobile_number, code) => {
  for (const path of ['/auth/signup', '/auth/send-otp', '/auth/forgot-password']) {
    expect(await post(path, { mobile_number })).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ field: 'mobile_number', code }] },
    });
  }
});

it('aliases of older clients are accepted, and a purpose other than login is refused', async () => {
  const mobile = newMobile();
  const sent = await post('/auth/send-otp', { mobile, purpose: 'login' });
  expect(sent.status).toBe(202);
  const { challenge_id, otp } = sent.body;
  const signedIn = await verify({ mobile, otp_code: otp, challenge_id, purpose: 'login' });
  expect(signedIn.status).toBe(200);
  for (const path of ['/auth/send-otp', '/auth/verify-otp']) {
    const refused = await post(path, { mobile, otp: '123456', purpose: 'reset' });
    expect(refused.status).toBe(400);
  }
  const refused = await post('/auth/send-otp', { mobile, purpose: 'password_reset' });
  expect(refused.body.errors[0].message).toContain('/auth/forgot-password');
  expect((await post('/auth/send-otp', { mobile, mobile_number: mobile })).body.errors[0].code).toBe(
    'alias_conflict',
  );
});

it('a code works once: of 20 parallel uses exactly one signs in', async () => {
  const code = await askCode(product);
  const answers = await times(20, () => verify(code));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await verify(code)).toMatchObject({ status: 401, body: { code: 'otp_invalid' } });
});

it('of parallel right codes without a challenge exactly one signs in', async () => {
  const { mobile_number, otp } = await askCode(product);
  const answers = await times(5, () => verify({ mobile_number, otp }));
  expect(statuses(answers)).toEqual([200, 401, 401, 401, 401]);
});

it('a first sign-in twice at once makes one user', async () => {
  const mobile = newMobile();
  const codes = await times(6, () => askCode(product, mobile));
  const answers = await Promise.all(codes.map((code) => verify(code)));
  expect(statuses(answers)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1);
  expect(answers.filter(({ body }) => body.new_user)).toHaveLength(1);
});

it('a newer send does not invalidate an older code', async () => {
  const older = await askCode(product);
  await askCode(product, older.mobile_number);
  expect((await verify(older)).status).toBe(200);
});

it('a code without its challenge is compared with the newest', async () => {
  const older = await askCode(product);
  const newer = await askCode(product, older.mobile_number);
  const { mobile_number } = older;
  expect((await verify({ mobile_number, otp: older.otp })).status).toBe(401);
  expect((await verify({ mobile_number, otp: newer.otp })).status).toBe(200);
});

it('a resend repeats the same code of the same challenge', async () => {
  const code = await askCode(product);
  const { mobile_number, challenge_id } = code;
  expect(await askCode(product, mobile_number, { body: { challenge_id } })).toEqual(code);
});

it('a resend with a challenge that is unknown, used or of another number is a new send', async () => {
  const used = await askCode(product);
  await verify(used);
  const other = await askCode(product);
  for (const challenge_id of ['f'.repeat(32), 'nonsense', used.challenge_id, other.challenge_id]) {
    const sent = await askCode(product, used.mobile_number, { body: { challenge_id } });
    expect(sent.challenge_id).not.toBe(challenge_id);
    expect(sent.otp).toMatch(/^\d{6}$/);
  }
});

it('a profile belongs to its challenge and is applied to the new account', async () => {
  const profile = { full_name: ' Asha ', email: 'asha@example.com', password: 'four words no one guesses' };
  const code = await askCode(product, newMobile(), { path: '/auth/signup', body: profile });
  const signedIn = await verify(code);
  expect(signedIn.body).toMatchObject({
    new_user: true,
    profile_applied: true,
    user: { name: 'Asha', email: 'asha@example.com', email_verified: false, has_password: true },
  });
});

it('a profile for a known number changes nothing', async () => {
  const { mobileNumber, user } = await signIn(product);
  const code = await askCode(product, mobileNumber, { path: '/auth/signup', body: { name: 'Mallory' } });
  expect((await verify(code)).body).toMatchObject({
    new_user: false,
    profile_applied: false,
    user: { id: user.id, name: null },
  });
});

it('a stranger’s signup with a password opens nothing once the owner has verified without its challenge', async () => {
  const mobile = newMobile();
  const password = 'the strangers password';
  const stranger = await askCode(product, mobile, { path: '/auth/signup', body: { name: 'M', password } });
  const owner = await verify({ mobile_number: mobile, otp: stranger.otp });
  expect(owner.body).toMatchObject({ new_user: true, profile_applied: false });
  expect(owner.body.user).toMatchObject({ name: null, has_password: false });
  expect((await post('/auth/login', { mobile_number: mobile, password })).status).toBe(401);
  expect((await verify(stranger)).status).toBe(401);
});

it('a stranger’s signup beside the owner’s own sign-in opens nothing either', async () => {
  const mobile = newMobile();
  const password = 'the strangers password';
  await askCode(product, mobile, { path: '/auth/signup', body: { password } });
  const owner = await verify(await askCode(product, mobile));
  expect(owner.body).toMatchObject({ new_user: true, profile_applied: false });
  expect((await post('/auth/login', { mobile_number: mobile, password })).status).toBe(401);
});

it('a suspended account is reported after a right code only', async () => {
  const { mobileNumber, user } = await signIn(product);
  await product.rows('update users set suspended_at = now() where id = $1', [user.id]);
  const code = await askCode(product, mobileNumber);
  expect((await verify({ ...code, otp: wrong(code.otp) })).status).toBe(401);
  expect(await verify(code)).toMatchObject({ status: 403, body: { code: 'account_suspended' } });
});

it.each([
  ['/auth/signup', { mobile_number: '+919876500009', name: '', surname: 'x' }, ['name', 'surname']],
  [
    '/auth/signup',
    { mobile_number: '+919876500009', email: 'no-number', password: 'short' },
    ['email', 'password'],
  ],
  ['/auth/signup', { mobile_number: '+919876500009', password: 'Password123' }, ['password']],
  ['/auth/signup', { mobile_number: '+919876500009', password: '9876500009' }, ['password']],
  ['/auth/send-otp', {}, ['mobile_number']],
  ['/auth/send-otp', { mobile_number: 5 }, ['mobile_number']],
  ['/auth/verify-otp', { mobile_number: '+919876500009' }, ['otp']],
  ['/auth/login', { mobile_number: '+919876500009' }, ['password']],
  ['/auth/refresh', {}, ['refresh_token']],
  ['/auth/reset-password', { mobile_number: '+919876500009', otp: '1' }, ['new_password']],
])('POST %s refuses %j', async (path, body, fields) => {
  const answer = await post(path, body);
  expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  expect(answer.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(fields);
});
