import { createHmac } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { everythingIn, everythingQueued } from '../support/everything-kept.js';
import { askCode, newMobile, newUser, signUpWithPassword } from '../support/people.js';
import { newDatabase } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';
import { SMS_SECRET, SmsReceiver } from '../support/sms-receiver.js';

const PASSWORD = 'four words no one guesses';

let receiver: SmsReceiver;
const products: Product[] = [];
beforeEach(async () => {
  receiver = await SmsReceiver.start();
});
afterEach(async () => {
  await Promise.all(products.splice(0).map((one) => one.close()));
  await receiver.close();
});

async function product(environment: Record<string, string> = {}): Promise<Product> {
  const started = await startProduct({ ...receiver.environment, ...environment });
  products.push(started);
  return started;
}
const send = (on: Product, mobile_number: string, path = '/auth/send-otp') =>
  on.client.post(path, { mobile_number });

it('a code goes out signed as a Standard Webhook, and is in no answer and no inbox', async () => {
  const on = await product();
  const mobile = newMobile();
  const sent = await send(on, mobile);
  expect(sent.body).not.toHaveProperty('otp');
  const code = await receiver.codeFor(mobile);
  const { headers, raw, text } = receiver.to(mobile)[0]!;
  expect(text).toBe(`Your code is ${code}. It works for 5 minutes. Do not share it.`);
  const signed = [headers['webhook-id'], headers['webhook-timestamp'], raw].join('.');
  const key = Buffer.from(SMS_SECRET.slice(6), 'base64');
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  expect((await on.client.get('/sandbox/sms')).status).toBe(404);
  const { challenge_id } = sent.body;
  const verified = await on.client.post('/auth/verify-otp', {
    mobile_number: mobile,
    otp: code,
    challenge_id,
  });
  expect(verified.status).toBe(200);
});

it('a delivery is tried three times under one id, and once for a refused number', async () => {
  const on = await product();
  const [unlucky, refused] = [newMobile(), newMobile()];
  receiver.statuses = [500, 503, 200];
  await send(on, unlucky);
  await eventually(
    () => receiver.to(unlucky),
    ({ length }) => length === 3,
  );
  expect(new Set(receiver.to(unlucky).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  receiver.statuses = [400];
  await send(on, refused);
  await eventually(
    () => on.log,
    (log) => log.includes('answered 400'),
  );
  receiver.statuses = [200];
  await send(on, unlucky);
  await receiver.codeFor(unlucky, 4);
  expect(receiver.to(refused)).toHaveLength(1);
});

it('while the provider is down every sending route says so at once, on every process, to known and unknown numbers', async () => {
  const DATABASE_URL = await newDatabase();
  const [on, other] = await Promise.all([
    product({ DATABASE_URL }),
    product({ DATABASE_URL, WORKER: 'separate' }),
  ]);
  const known = (await newUser(on)).mobileNumber;
  receiver.statuses = [503];
  await send(on, newMobile());
  await send(on, newMobile());
  await eventually(
    () => send(other, newMobile()),
    ({ status }) => status === 503,
  );
  const paths = ['/auth/signup', '/auth/send-otp', '/auth/forgot-password'];
  const calls = [known, newMobile()].flatMap((mobile) => paths.map((path) => send(other, mobile, path)));
  for (const refused of await Promise.all(calls)) {
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
  // After the breaker's time one message is sent; it is accepted, and so is the next.
  receiver.statuses = [200];
  await eventually(
    () => send(other, known),
    ({ status }) => status === 202,
  );
  await receiver.codeFor(known);
});

it('no row, job, key or log line holds a code, token or password, nor a number outside its row', async () => {
  const on = await product({ OTP_LENGTH: '8', LOG_LEVEL: 'trace' });
  const mobile = newMobile();
  const body = { mobile_number: mobile, password: PASSWORD, name: 'Asha' };
  const signup = await on.client.post('/auth/signup', body);
  const code = await receiver.codeFor(mobile);
  const verified = await on.client.post('/auth/verify-otp', {
    mobile_number: mobile,
    otp: code,
    challenge_id: signup.body.challenge_id,
  });
  const login = await on.client.post('/auth/login', { mobile_number: mobile, password: PASSWORD });
  const refreshed = await on.client.post('/auth/refresh', { refresh_token: verified.body.refresh_token });
  await on.client.post('/auth/verify-otp', { mobile_number: mobile, otp: code });
  await send(on, mobile, '/auth/forgot-password');
  const reset = await receiver.codeFor(mobile, 2);
  receiver.statuses = [400];
  await send(on, mobile);
  await eventually(
    () => on.log,
    (log) => log.includes('answered 400'),
  );
  const last = await receiver.codeFor(mobile, 3);
  expect([verified.status, login.status, refreshed.status]).toEqual([200, 200, 200]);
  const tokens = [verified, login, refreshed].flatMap(({ body: { access_token, refresh_token } }) => [
    access_token,
    refresh_token,
  ]);
  const secrets = [code, reset, last, PASSWORD, ...tokens];
  const digits = mobile.slice(1);
  const kept = await everythingIn(on, 'public');
  const queued = await everythingQueued(on);
  expect(kept).toContain(digits);
  expect(queued).toContain(signup.body.challenge_id);
  for (const secret of secrets) {
    expect(kept).not.toContain(secret);
    expect(queued).not.toContain(secret);
    expect(on.log).not.toContain(secret);
  }
  expect(queued).not.toContain(digits);
  expect(on.log).not.toContain(digits);
});

it('a number proven by the SMS sandbox is unproven elsewhere until it is verified again', async () => {
  const databaseUrl = await newDatabase();
  // Without a worker: a worker with the sandbox would take the other process's jobs and send nothing.
  const sandboxed = { DATABASE_URL: databaseUrl, OTP_DELIVERY: 'sandbox', WORKER: 'separate' };
  const [sandbox, real] = await Promise.all([product(sandboxed), product({ DATABASE_URL: databaseUrl })]);
  const person = await signUpWithPassword(sandbox, PASSWORD);
  const { mobileNumber, tokens } = person;
  const logIn = (on: Product) =>
    on.client.post('/auth/login', { mobile_number: mobileNumber, password: PASSWORD });
  expect((await logIn(sandbox)).status).toBe(200);
  const shown = await askCode(sandbox, mobileNumber);

  expect((await real.client.as(tokens.access_token).get('/user/me')).body.code).toBe('session_ended');
  const { refresh_token } = tokens;
  expect((await real.client.post('/auth/refresh', { refresh_token })).body.code).toBe('session_ended');
  expect((await logIn(real)).body.code).toBe('credentials_invalid');
  expect((await real.client.post('/auth/verify-otp', shown)).body.code).toBe('otp_invalid');

  const sent = await send(real, mobileNumber);
  // Nor does the sandbox show a code that was sent by SMS.
  const { challenge_id } = sent.body;
  expect((await askCode(sandbox, mobileNumber, { body: { challenge_id } })).challenge_id).not.toBe(
    challenge_id,
  );
  const otp = await receiver.codeFor(mobileNumber);
  const proof = { mobile_number: mobileNumber, otp, challenge_id };
  expect((await sandbox.client.post('/auth/verify-otp', proof)).status).toBe(401);
  const proven = await real.client.post('/auth/verify-otp', proof);
  expect(proven.body).toMatchObject({
    new_user: false,
    user: { id: person.user.id, has_password: false },
  });
  const client = real.client.as(proven.body.access_token);
  expect((await client.get('/auth/sessions')).body.data).toHaveLength(1);
  expect((await logIn(real)).status).toBe(401);
});

it('a test number has its fixed code until OTP_TEST_NUMBERS_UNTIL, and nothing is sent to it', async () => {
  const until = new Date(Date.now() + 3600_000).toISOString();
  const on = await product({ OTP_TEST_NUMBERS: '+15550100:424242', OTP_TEST_NUMBERS_UNTIL: until });
  const test = { mobile_number: '+1 555 0100', otp: '424242' };
  const { challenge_id } = (await send(on, test.mobile_number)).body;
  expect((await on.client.post('/auth/verify-otp', { ...test, otp: '424243', challenge_id })).status).toBe(
    401,
  );
  expect((await on.client.post('/auth/verify-otp', { ...test, challenge_id })).status).toBe(200);
  const witness = newMobile();
  await send(on, witness);
  await receiver.codeFor(witness);
  expect(receiver.to('+15550100')).toEqual([]);
  await on.advanceClock(3601);
  expect((await send(on, test.mobile_number)).body.errors).toMatchObject([{ code: 'invalid_number' }]);
});

it('a verified new number does not validate a password set in the sandbox', async () => {
  const on = await product();
  // A session of another issuer is not proven by the sandbox.
  const [user, number] = [await newUser(on), newMobile()];
  await on.rows(`update users set sandbox_proven = true, password_hash = 'x' where id = $1`, [user.id]);
  const { body } = await user.client.post('/user/me/mobile-number', { mobile_number: number });
  const otp = await receiver.codeFor(number);
  const { challenge_id } = body;
  const changed = await user.client.post('/user/me/mobile-number/confirm', { otp, challenge_id });
  expect([changed.status, changed.body.has_password]).toEqual([200, false]);
});
