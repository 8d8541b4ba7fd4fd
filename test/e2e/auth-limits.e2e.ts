import { newId } from '../../src/platform/crypto/id.js';
import { eventually } from '../support/eventually.js';
import { OwnRedis } from '../support/own-redis.js';
import { askCode, newMobile, newUser, signToken, testKeys } from '../support/people.js';
import { backend } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

const products: Product[] = [];
async function product(environment: Record<string, string>): Promise<Product> {
  const started = await startProduct(environment);
  products.push(started);
  return started;
}
afterEach(() => Promise.all(products.splice(0).map((one) => one.close())));

/** Sends codes as from an address behind the trusted proxy. */
const sendFrom = (on: Product, address: string, mobile_number = newMobile(), path = '/auth/send-otp') =>
  on.client.post(path, { mobile_number }, { headers: { 'x-forwarded-for': address } });
const send = (on: Product, mobile_number: string, path = '/auth/send-otp') =>
  on.client.post(path, { mobile_number });
const retryAfter = ({ headers }: { headers: Headers }) => Number(headers.get('retry-after'));

it('counts of a clock that was set back lock no one out', async () => {
  const limits = { OTP_SENDS_PER_NUMBER_PER_HOUR: '2', OTP_SENDS_PER_NUMBER_PER_DAY: '4' };
  const later = await product(limits);
  const mobile = newMobile();
  await later.advanceClock(32 * DAY);
  expect([(await send(later, mobile)).status, (await send(later, mobile)).status]).toEqual([202, 202]);
  const now = await product({ ...limits, DATABASE_URL: later.databaseUrl });
  const answers = [await send(now, mobile), await send(now, mobile), await send(now, mobile)];
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
  expect(retryAfter(answers[2]!)).toBeLessThanOrEqual(HOUR);
});

it('codes to one number are limited by the hour and by the day, exactly, and Retry-After says until when', async () => {
  const on = await product({ OTP_SENDS_PER_NUMBER_PER_HOUR: '3', OTP_SENDS_PER_NUMBER_PER_DAY: '6' });
  const mobile = newMobile();
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(on, mobile)));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
  const refused = answers.find(({ status }) => status === 429)!;
  expect(refused.body.code).toBe('otp_send_limited');
  expect(refused.body.detail).toContain('Set OTP_SENDS_PER_NUMBER_PER_HOUR in the environment');
  expect(retryAfter(refused)).toBeGreaterThan(HOUR - 60);
  expect(retryAfter(refused)).toBeLessThanOrEqual(HOUR);
  // A refused request is counted in no limit.
  const [address] = await on.rows(`select hits from limit_counters where scope = 'send:address:hour'`);
  expect(address).toEqual({ hits: 3 });
  await on.advanceClock(HOUR + 1);
  expect((await send(on, mobile)).status).toBe(202);
  const fourOfSix = await send(on, mobile);
  // One address may use eight tenths of a number's day.
  expect(fourOfSix.status).toBe(429);
  expect(retryAfter(fourOfSix)).toBeGreaterThan(DAY - HOUR - 120);
  expect((await send(on, newMobile())).status).toBe(202);
});

it('a resend counts as a send, and so do signup and forgot-password', async () => {
  const on = await product({ OTP_SENDS_PER_NUMBER_PER_HOUR: '4' });
  const { mobile_number, challenge_id } = await askCode(on);
  await askCode(on, mobile_number, { body: { challenge_id } });
  expect((await send(on, mobile_number, '/auth/signup')).status).toBe(202);
  expect((await send(on, mobile_number, '/auth/forgot-password')).status).toBe(202);
  expect((await send(on, mobile_number)).status).toBe(429);
});

it('codes asked for by one address are limited; an IPv6 subnet is one address, and a forged header none', async () => {
  const on = await product({ OTP_SENDS_PER_IP_PER_HOUR: '2', TRUST_PROXY: '127.0.0.1' });
  for (const address of ['203.0.113.7', '203.0.113.7'])
    expect((await sendFrom(on, address)).status).toBe(202);
  expect((await sendFrom(on, '203.0.113.7')).status).toBe(429);
  // Only the last hop of the header counts: the client may have forged earlier ones.
  expect((await sendFrom(on, '198.51.100.1, 203.0.113.7')).status).toBe(429);
  expect((await sendFrom(on, '203.0.113.8')).status).toBe(202);
  for (const address of ['2001:db8::1', '2001:db8:0:0:ffff::2'])
    expect((await sendFrom(on, address)).status).toBe(202);
  expect((await sendFrom(on, '2001:db8::3')).status).toBe(429);
  expect((await sendFrom(on, '2001:db8:0:1::1')).status).toBe(202);
});

describe('an invalid token', () => {
  const LIMIT = 5;
  const bad = ['garbage', signToken({ sub: newId(), sid: newId() }).slice(0, -4), 'eyJhbGciOiJub25lIn0.e30.'];
  let on: Product;
  beforeEach(async () => {
    on = await product({ RATE_LIMIT_PER_MINUTE: String(LIMIT), TRUST_PROXY: '127.0.0.1' });
  });
  const askFrom = (address: string, token: string) =>
    on.client.get('/user/me', { token, headers: { 'x-forwarded-for': address } });

  it('counts against its address and does not block valid tokens', async () => {
    const user = await newUser(on);
    const answers = [];
    for (let nth = 0; nth <= LIMIT; nth += 1)
      answers.push(await askFrom('203.0.113.7', bad[nth % bad.length]!));
    expect(answers.map(({ body }) => body.code)).toEqual([
      ...Array<string>(LIMIT).fill('unauthenticated'),
      'rate_limited',
    ]);
    expect(retryAfter(answers.at(-1)!)).toBeGreaterThan(30);
    expect((await sendFrom(on, '203.0.113.7')).body.code).toBe('rate_limited');
    expect((await askFrom('203.0.113.8', 'garbage')).status).toBe(401);
    expect((await askFrom('203.0.113.7', user.token)).status).toBe(200);
  });

  it('does not include expired tokens and ended sessions of an office behind one address', async () => {
    const user = await newUser(on);
    const past = Math.floor(Date.now() / 1000) - 60;
    const expired = signToken({ sub: user.id, sid: user.sessionId, iat: past - 900, exp: past });
    const ended = signToken({ sub: user.id, sid: newId() });
    for (let nth = 0; nth < LIMIT * 2; nth += 1) {
      expect((await askFrom('203.0.113.7', expired)).body.code).toBe('token_expired');
      expect((await askFrom('203.0.113.7', ended)).body.code).toBe('session_ended');
    }
    expect((await sendFrom(on, '203.0.113.7')).status).toBe(202);
  });
});

it('counters hold no number and no address', async () => {
  const on = await product({});
  const { mobile_number } = await askCode(on);
  const rows = await on.rows<{ scope: string; key: Buffer }>('select scope, key from limit_counters');
  expect(rows.length).toBeGreaterThan(4);
  for (const { scope, key } of rows) {
    expect(key).toHaveLength(32);
    expect(scope).not.toMatch(/\d/);
  }
  const expected = testKeys.hmac('number-hash', `send:number:hour\0${mobile_number}`);
  expect(rows.some(({ key }) => key.equals(expected))).toBe(true);
});

// On PostgreSQL the job is in the database that everything else is in.
if (backend === 'redis')
  it('a code whose job cannot be queued is 503, and nothing of it is stored', async () => {
    const redis = await OwnRedis.start();
    const on = await product({ REDIS_URL: redis.url });
    await redis.kill();
    const refused = await send(on, newMobile());
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(retryAfter(refused)).toBeGreaterThanOrEqual(1);
    expect(await on.rows('select 1 from challenges')).toEqual([]);
    expect(await on.rows('select 1 from limit_counters where hits > 0')).toEqual([]);
  });

it('expired rows are deleted, live rows stay', async () => {
  const on = await product({ WORKER: 'separate' });
  const [ended, live] = [await newUser(on), await newUser(on)];
  const [old, young] = [await askCode(on), await askCode(on)];
  await on.rows(`update sessions set ended_at = now() - interval '3 days' where id = $1`, [ended.sessionId]);
  await on.rows(`update challenges set expires_at = now() - interval '2 hours' where mobile_number = $1`, [
    old.mobile_number,
  ]);
  await on.rows(`update limit_counters set window_ends_at = now() where scope = 'send:number:hour'`);
  // The first worker does the chores at once; they are done every few minutes after that.
  await product({ DATABASE_URL: on.databaseUrl });
  const left = () =>
    on.rows(`select (select json_agg(id) from sessions) as sessions,
                       (select json_agg(mobile_number) from challenges) as challenges,
                       (select count(*)::int from limit_counters where scope = 'send:number:hour') as counters`);
  await eventually(left, ([row]) => row!['counters'] === 0);
  expect(await left()).toEqual([
    { sessions: [live.sessionId], challenges: [young.mobile_number], counters: 0 },
  ]);
});
