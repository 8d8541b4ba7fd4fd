import { randomInt } from 'node:crypto';
import { newId } from '../../src/platform/crypto/id.js';
import { eventually } from '../support/eventually.js';
import { addJob } from '../support/jobs.js';
import { OwnRedis } from '../support/own-redis.js';
import { newMobile, newUser, signToken, testKeys } from '../support/people.js';
import { backend, useRedis } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

const PER_NUMBER_AND_HOUR = 4;
const PER_ADDRESS_AND_HOUR = 5;
const REQUESTS_PER_MINUTE = 30;

/** A Redis that the last test kills. */
let redis: OwnRedis | null = null;
let on: Product;
beforeAll(async () => {
  redis = backend === 'redis' ? await OwnRedis.start() : null;
  on = await startProduct({
    ...(redis && { REDIS_URL: redis.url }),
    TRUST_PROXY: '127.0.0.1',
    OTP_SENDS_PER_NUMBER_PER_HOUR: String(PER_NUMBER_AND_HOUR),
    // One address may use eight tenths of them: those of an hour, and one more.
    OTP_SENDS_PER_NUMBER_PER_DAY: String(PER_NUMBER_AND_HOUR + 3),
    OTP_SENDS_PER_IP_PER_HOUR: String(PER_ADDRESS_AND_HOUR),
    RATE_LIMIT_PER_MINUTE: String(REQUESTS_PER_MINUTE),
  });
  if (redis) useRedis(on.databaseUrl, redis.url);
});
afterAll(async () => {
  await on.close();
  await redis?.close();
});

/** An address that no other test uses. */
const newAddress = () => `198.18.${randomInt(256)}.${randomInt(1, 255)}`;
/** Sends a code as from an address behind the trusted proxy. */
const sendFrom = (address: string, mobile_number = newMobile(), path = '/auth/send-otp', body = {}) =>
  on.client.post(path, { mobile_number, ...body }, { headers: { 'x-forwarded-for': address } });
const times = <T>(count: number, run: (nth: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, nth) => run(nth)));
const retryAfter = ({ headers }: { headers: Headers }) => Number(headers.get('retry-after'));
/** The key of a counter. */
const keyOf = (scope: string, what: string) => testKeys.hmac('number-hash', `${scope}\0${what}`);

it('counts of a clock that was set back lock no one out', async () => {
  const [address, mobile] = [newAddress(), newMobile()];
  const send = () => sendFrom(address, mobile);
  for (let nth = 0; nth < PER_NUMBER_AND_HOUR; nth += 1) expect((await send()).status).toBe(202);
  expect((await send()).status).toBe(429);
  // As if these had been counted by a clock that was a month ahead.
  await on.rows(`update limit_counters set window_ends_at = window_ends_at + interval '32 days'`);
  for (let nth = 0; nth < PER_NUMBER_AND_HOUR; nth += 1) expect((await send()).status).toBe(202);
  const refused = await send();
  expect(refused.status).toBe(429);
  expect(retryAfter(refused)).toBeLessThanOrEqual(HOUR);
});

it('a resend counts as a send, and so do signup and forgot-password', async () => {
  const [address, mobile] = [newAddress(), newMobile()];
  const { challenge_id } = (await sendFrom(address, mobile)).body;
  const resent = await sendFrom(address, mobile, '/auth/send-otp', { challenge_id });
  expect([resent.status, resent.body.challenge_id]).toEqual([202, challenge_id]);
  expect((await sendFrom(address, mobile, '/auth/signup')).status).toBe(202);
  expect((await sendFrom(address, mobile, '/auth/forgot-password')).status).toBe(202);
  expect((await sendFrom(address, mobile)).status).toBe(429);
});

it('codes asked for by one address are limited; an IPv6 subnet is one address, and a forged header none', async () => {
  const statuses = async (addresses: string[]) =>
    (await times(addresses.length, (nth) => sendFrom(addresses[nth]!))).map(({ status }) => status);
  const allowed = Array<number>(PER_ADDRESS_AND_HOUR).fill(202);
  expect(await statuses(allowed.map(() => '203.0.113.7'))).toEqual(allowed);
  expect((await sendFrom('203.0.113.7')).status).toBe(429);
  // Only the last hop of the header counts: the client may have forged earlier ones.
  expect((await sendFrom('198.51.100.1, 203.0.113.7')).status).toBe(429);
  expect((await sendFrom('203.0.113.8')).status).toBe(202);
  expect(await statuses(allowed.map((_, nth) => `2001:db8:0:0:ffff::${nth}`))).toEqual(allowed);
  expect((await sendFrom('2001:db8::3')).status).toBe(429);
  expect((await sendFrom('2001:db8:0:1::1')).status).toBe(202);
});

describe('an invalid token', () => {
  const bad = ['garbage', signToken({ sub: newId(), sid: newId() }).slice(0, -4), 'eyJhbGciOiJub25lIn0.e30.'];
  const askFrom = (address: string, token: string) =>
    on.client.get('/user/me', { token, headers: { 'x-forwarded-for': address } });

  it('counts against its address and does not block valid tokens', async () => {
    const [user, address] = [await newUser(on), newAddress()];
    const answers = [];
    for (let nth = 0; nth <= REQUESTS_PER_MINUTE; nth += 1)
      answers.push(await askFrom(address, bad[nth % bad.length]!));
    expect(answers.map(({ body }) => body.code)).toEqual([
      ...Array<string>(REQUESTS_PER_MINUTE).fill('unauthenticated'),
      'rate_limited',
    ]);
    expect(retryAfter(answers.at(-1)!)).toBeGreaterThan(30);
    expect((await sendFrom(address)).body.code).toBe('rate_limited');
    expect((await askFrom(newAddress(), 'garbage')).status).toBe(401);
    expect((await askFrom(address, user.token)).status).toBe(200);
  });

  it('does not include expired tokens and ended sessions of an office behind one address', async () => {
    const [user, address] = [await newUser(on), newAddress()];
    const past = Math.floor(Date.now() / 1000) - 60;
    const expired = signToken({ sub: user.id, sid: user.sessionId, iat: past - 900, exp: past });
    const ended = signToken({ sub: user.id, sid: newId() });
    for (let nth = 0; nth < REQUESTS_PER_MINUTE; nth += 1) {
      expect((await askFrom(address, expired)).body.code).toBe('token_expired');
      expect((await askFrom(address, ended)).body.code).toBe('session_ended');
    }
    expect((await sendFrom(address)).status).toBe(202);
  });
});

it('counters hold no number and no address', async () => {
  const mobile = newMobile();
  await sendFrom(newAddress(), mobile);
  const rows = await on.rows<{ scope: string; key: Buffer }>('select scope, key from limit_counters');
  expect(rows.length).toBeGreaterThan(4);
  for (const { scope, key } of rows) {
    expect(key).toHaveLength(32);
    expect(scope).not.toMatch(/\d/);
  }
  expect(rows.some(({ key }) => key.equals(keyOf('send:number:hour', mobile)))).toBe(true);
});

it('expired rows are deleted, live rows stay', async () => {
  const [ended, live] = [await newUser(on), await newUser(on)];
  const [old, young] = [newMobile(), newMobile()];
  for (const mobile of [old, young]) await sendFrom(newAddress(), mobile);
  await on.rows(`update sessions set ended_at = now() - interval '3 days' where id = $1`, [ended.sessionId]);
  await on.rows(`update challenges set expires_at = now() - interval '2 hours' where mobile_number = $1`, [
    old,
  ]);
  const hour = 'send:number:hour';
  const [oldKey, youngKey] = [keyOf(hour, old), keyOf(hour, young)];
  await on.rows('update limit_counters set window_ends_at = now() where key = $1', [oldKey]);
  await addJob(on, 'maintenance', 'chores');
  const left = () =>
    on.rows(
      `select (select json_agg(id) from sessions where id = any ($1)) as sessions,
         (select json_agg(mobile_number) from challenges where mobile_number = any ($2)) as challenges,
         (select array_agg(key) from limit_counters where key = any ($3)) as counters`,
      [
        [ended.sessionId, live.sessionId],
        [old, young],
        [oldKey, youngKey],
      ],
    );
  const expected = [{ sessions: [live.sessionId], challenges: [young], counters: [youngKey] }];
  await eventually(left, (rows) => JSON.stringify(rows) === JSON.stringify(expected));
});

// Moves the clock, so it is one of the last: tokens of newUser() are then expired.
it('codes to one number are limited by the hour and by the day, exactly, and Retry-After says until when', async () => {
  const [address, mobile] = [newAddress(), newMobile()];
  const answers = await times(20, () => sendFrom(address, mobile));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(PER_NUMBER_AND_HOUR);
  const refused = answers.find(({ status }) => status === 429)!;
  expect(refused.body.code).toBe('otp_send_limited');
  expect(refused.body.detail).toContain('Set OTP_SENDS_PER_NUMBER_PER_HOUR in the environment');
  expect(retryAfter(refused)).toBeGreaterThan(HOUR - 60);
  expect(retryAfter(refused)).toBeLessThanOrEqual(HOUR);
  // A refused request is counted in no limit.
  const ofAddress = [keyOf('send:address:hour', address)];
  const counted = await on.rows('select hits from limit_counters where key = $1', ofAddress);
  expect(counted).toEqual([{ hits: PER_NUMBER_AND_HOUR }]);
  await on.advanceClock(HOUR + 1);
  expect((await sendFrom(address, mobile)).status).toBe(202);
  const pastItsShare = await sendFrom(address, mobile);
  // One address may use eight tenths of a number's day.
  expect(pastItsShare.status).toBe(429);
  expect(retryAfter(pastItsShare)).toBeGreaterThan(DAY - HOUR - 120);
  expect((await sendFrom(address)).status).toBe(202);
});

// On PostgreSQL the job is in the database that everything else is in.
if (backend === 'redis')
  it('a code whose job cannot be queued is 503, and nothing of it is stored', async () => {
    const stored = async () => [
      await on.rows('select id from challenges order by id'),
      await on.rows('select scope, key, hits from limit_counters where hits > 0 order by scope, key'),
    ];
    const before = await stored();
    await redis!.kill();
    const refused = await sendFrom(newAddress());
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(retryAfter(refused)).toBeGreaterThanOrEqual(1);
    expect(await stored()).toEqual(before);
  });
