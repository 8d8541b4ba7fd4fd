import { createHmac } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { everythingIn, everythingQueued } from '../support/everything-kept.js';
import { askCode, newMobile, newUser, signUpWithPassword } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { startTwin } from '../support/rooms.js';
import { SMS_SECRET, SmsReceiver } from '../support/sms-receiver.js';

const PASSWORD = 'four words no one guesses';

const TEST_NUMBER = '+15550100';
const UNTIL_SECONDS = 3600;

let receiver: SmsReceiver;
let on: Product;
/** Other processes on its database, without a worker. */
let twin: Product;
/** With the SMS sandbox. A worker of it would take the jobs of the others and send nothing. */
let sandbox: Product;
beforeAll(async () => {
  receiver = await SmsReceiver.start();
  on = await startProduct({
    ...receiver.environment,
    OTP_LENGTH: '8',
    OTP_TEST_NUMBERS: `${TEST_NUMBER}:42424242`,
    OTP_TEST_NUMBERS_UNTIL: new Date(Date.now() + UNTIL_SECONDS * 1000).toISOString(),
    LOG_LEVEL: 'trace',
  });
  const beside = { WORKER: 'separate', OTP_LENGTH: '8' };
  [twin, sandbox] = await Promise.all([
    startTwin(on, { ...receiver.environment, ...beside }),
    startTwin(on, beside),
  ]);
});
afterEach(() => {
  receiver.statuses = [200];
});
afterAll(async () => {
  await Promise.all([on, twin, sandbox].map((one) => one.close()));
  await receiver.close();
});

const send = (mobile_number: string, path = '/auth/send-otp', at = on) =>
  at.client.post(path, { mobile_number });
/** Waits until the receiver has refused a delivery during `work`. */
async function untilRefused(work: () => Promise<unknown>): Promise<void> {
  const before = on.log.length;
  await work();
  await eventually(
    () => on.log.slice(before),
    (log) => log.includes('answered 400'),
  );
}

it('a code goes out signed as a Standard Webhook, and is in no answer and no inbox', async () => {
  const mobile = newMobile();
  const sent = await send(mobile);
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
  const [unlucky, refused] = [newMobile(), newMobile()];
  receiver.statuses = [500, 503, 200];
  await send(unlucky);
  await eventually(
    () => receiver.to(unlucky),
    ({ length }) => length === 3,
  );
  expect(new Set(receiver.to(unlucky).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  receiver.statuses = [400];
  await untilRefused(() => send(refused));
  receiver.statuses = [200];
  await send(unlucky);
  await receiver.codeFor(unlucky, 4);
  expect(receiver.to(refused)).toHaveLength(1);
});

it('no row, job, key or log line holds a code, token or password, nor a number outside its row', async () => {
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
  await send(mobile, '/auth/forgot-password');
  const reset = await receiver.codeFor(mobile, 2);
  receiver.statuses = [400];
  await untilRefused(() => send(mobile));
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
  const person = await signUpWithPassword(sandbox, PASSWORD);
  const { mobileNumber, tokens } = person;
  const logIn = (at: Product) =>
    at.client.post('/auth/login', { mobile_number: mobileNumber, password: PASSWORD });
  expect((await logIn(sandbox)).status).toBe(200);
  const shown = await askCode(sandbox, mobileNumber);

  expect((await on.client.as(tokens.access_token).get('/user/me')).body.code).toBe('session_ended');
  const { refresh_token } = tokens;
  expect((await on.client.post('/auth/refresh', { refresh_token })).body.code).toBe('session_ended');
  expect((await logIn(on)).body.code).toBe('credentials_invalid');
  expect((await on.client.post('/auth/verify-otp', shown)).body.code).toBe('otp_invalid');

  const sent = await send(mobileNumber);
  // Nor does the sandbox show a code that was sent by SMS.
  const { challenge_id } = sent.body;
  expect((await askCode(sandbox, mobileNumber, { body: { challenge_id } })).challenge_id).not.toBe(
    challenge_id,
  );
  const otp = await receiver.codeFor(mobileNumber);
  const proof = { mobile_number: mobileNumber, otp, challenge_id };
  expect((await sandbox.client.post('/auth/verify-otp', proof)).status).toBe(401);
  const proven = await on.client.post('/auth/verify-otp', proof);
  expect(proven.body).toMatchObject({
    new_user: false,
    user: { id: person.user.id, has_password: false },
  });
  const client = on.client.as(proven.body.access_token);
  expect((await client.get('/auth/sessions')).body.data).toHaveLength(1);
  expect((await logIn(on)).status).toBe(401);
});

it('a verified new number does not validate a password set in the sandbox', async () => {
  // A session of another issuer is not proven by the sandbox.
  const [user, number] = [await newUser(on), newMobile()];
  await on.rows(`update users set sandbox_proven = true, password_hash = 'x' where id = $1`, [user.id]);
  const { body } = await user.client.post('/user/me/mobile-number', { mobile_number: number });
  const otp = await receiver.codeFor(number);
  const { challenge_id } = body;
  const changed = await user.client.post('/user/me/mobile-number/confirm', { otp, challenge_id });
  expect([changed.status, changed.body.has_password]).toEqual([200, false]);
});

// Late, because deliveries that failed are tried again after it.
it('while the provider is down every sending route says so at once, on every process, to known and unknown numbers', async () => {
  const known = (await newUser(on)).mobileNumber;
  receiver.statuses = [503];
  await send(newMobile());
  await send(newMobile());
  await eventually(
    () => send(newMobile(), '/auth/send-otp', twin),
    ({ status }) => status === 503,
  );
  const paths = ['/auth/signup', '/auth/send-otp', '/auth/forgot-password'];
  const calls = [known, newMobile()].flatMap((mobile) => paths.map((path) => send(mobile, path, twin)));
  for (const refused of await Promise.all(calls)) {
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
  // After the breaker's time one message is sent; it is accepted, and so is the next.
  receiver.statuses = [200];
  await eventually(
    () => send(known, '/auth/send-otp', twin),
    ({ status }) => status === 202,
  );
  await receiver.codeFor(known);
});

// Moves the clock of one process.
it('a test number has its fixed code until OTP_TEST_NUMBERS_UNTIL, and nothing is sent to it', async () => {
  const test = { mobile_number: '+1 555 0100', otp: '42424242' };
  const { challenge_id } = (await send(test.mobile_number)).body;
  expect((await on.client.post('/auth/verify-otp', { ...test, otp: '42424243', challenge_id })).status).toBe(
    401,
  );
  expect((await on.client.post('/auth/verify-otp', { ...test, challenge_id })).status).toBe(200);
  const witness = newMobile();
  await send(witness);
  await receiver.codeFor(witness);
  expect(receiver.to(TEST_NUMBER)).toEqual([]);
  await on.advanceClock(UNTIL_SECONDS + 1);
  expect((await send(test.mobile_number)).body.errors).toMatchObject([{ code: 'invalid_number' }]);
});
