import { randomInt, randomUUID } from 'node:crypto';
import pg from 'pg';
import { endMinute, flood, passed } from '../support/flood.js';
import { timed } from '../support/least-time.js';
import { askCode, newMobile, newUser, wrong, type TestUser } from '../support/people.js';
import { backend, NO_LIMITS_SET } from '../support/processes.js';
import { withRedis } from '../support/product-redis.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom, startTwin } from '../support/rooms.js';

/** Small, because most tests send several times as many requests. */
const BASIC = 30;
const PRO = 45;
const LIMITS = { RATE_LIMIT_PER_MINUTE: String(BASIC), PRO_RATE_LIMIT_PER_MINUTE: String(PRO) };
/** An address that no other test uses. */
const newAddress = () => `198.18.${randomInt(256)}.${randomInt(1, 255)}`;

describe('requests a minute', () => {
  let product: Product;
  let twin: Product;
  beforeAll(async () => {
    product = await startProduct({ ...LIMITS, TRUST_PROXY: '127.0.0.1', OTP_SENDS_PER_IP_PER_HOUR: '2' });
    twin = await startTwin(product, { ...LIMITS, WORKER: 'separate' });
  });
  afterAll(async () => {
    await twin.close();
    await product.close();
  });

  const me = (server: Product) => `${server.url}/user/me`;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  /** An open route, which refuses an empty body, but only after the limit has admitted the request. */
  const open = (headers: Record<string, string>) =>
    product.client.post('/sandbox/clock', undefined, { headers });
  const floodOpen = (server: Product, count: number, headers: Parameters<typeof flood>[2]) =>
    flood(`${server.url}/sandbox/clock`, count, headers, 'POST');

  describe('the address of a caller', () => {
    const through = (forwarded: string) => ({ headers: { 'x-forwarded-for': forwarded } });
    const sendFrom = async (forwarded: string) =>
      (await product.client.post('/auth/send-otp', { mobile_number: newMobile() }, through(forwarded)))
        .status;

    it('an address is the same with a port, in brackets, in quotes, and as IPv4 in IPv6', async () => {
      expect([await sendFrom('203.0.113.77:50002'), await sendFrom('203.0.113.77:50003')]).toEqual([
        202, 202,
      ]);
      for (const spelling of [
        '203.0.113.77',
        '203.0.113.77:50004',
        '"203.0.113.77:1"',
        '::ffff:203.0.113.77',
        '198.51.100.1, 203.0.113.77:9',
        '203.0.113.77:9,, ,',
      ])
        expect([spelling, await sendFrom(spelling)]).toEqual([spelling, 429]);
      expect([await sendFrom('[2001:db8::1]:443'), await sendFrom('"[2001:db8::2]"')]).toEqual([202, 202]);
      expect(await sendFrom('2001:DB8:0:0::3')).toBe(429);
    });

    it('a session is listed with the plain address', async () => {
      const code = await askCode(product);
      const { body } = await product.client.post('/auth/verify-otp', code, through('"[2001:DB8:0::7]:443"'));
      const sessions = await product.client.as(body.access_token).get('/auth/sessions');
      expect(sessions.body.data[0].ip).toBe('2001:db8::7');
    });

    it('a malformed entry stands for the proxy itself, and entries before it are ignored', async () => {
      // The proxy's own address has sent one code, in the test above.
      expect(await sendFrom('unknown')).toBe(202);
      for (const header of [
        'unknown',
        '_hidden',
        '203.0.113.1, unknown',
        '203.0.113.999',
        ' ',
        'a'.repeat(8000),
      ])
        expect([header, await sendFrom(header)]).toEqual([header, 429]);
    });
  });

  it('of 1,000 at once exactly the limit passes', async () => {
    const user = await newUser(product);
    const statuses = await flood(me(product), 1000, bearer(user.token));
    expect(passed(statuses)).toBe(BASIC);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });

  it('of 1,000 at once on two processes exactly the limit passes', async () => {
    const { token } = await newUser(product);
    const halves = [product, twin].map((server) => flood(me(server), 500, bearer(token)));
    expect(passed((await Promise.all(halves)).flat())).toBe(BASIC);
  });

  it('many users at once on two processes each have their own limit', async () => {
    const users = await Promise.all(Array.from({ length: 4 }, () => newUser(product)));
    const counts = await Promise.all(
      users.map(async ({ token }) => {
        const halves = [product, twin].map((server) => flood(me(server), 50, bearer(token)));
        return passed((await Promise.all(halves)).flat());
      }),
    );
    expect(counts).toEqual([BASIC, BASIC, BASIC, BASIC]);
  });

  it('the 429 of a user says when the minute is over, with the draft’s header fields only', async () => {
    const user = await newUser(product);
    await flood(me(product), BASIC, bearer(user.token));
    const { status, headers, body } = await user.client.get('/user/me');
    const seconds = Number(headers.get('retry-after'));
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(body.detail).toContain('Set RATE_LIMIT_PER_MINUTE in the environment');
    expect(seconds).toBeGreaterThan(40);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(headers.get('ratelimit-policy')).toBe(`"minute";q=${BASIC};w=60`);
    expect(headers.get('ratelimit')).toBe(`"minute";r=0;t=${seconds}`);
    expect([...headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
  });

  it('the next minute starts at zero', async () => {
    const user = await newUser(product);
    await flood(me(product), BASIC + 1, bearer(user.token));
    await endMinute(product, `u:${user.id}`);
    expect(passed(await flood(me(twin), BASIC + 5, bearer(user.token)))).toBe(BASIC);
  });

  it('Pro has its own limit, from the first request after the upgrade until its end', async () => {
    const user = await newUser(product);
    const set = (sql: string) => product.rows(`update users set ${sql} where id = $1`, [user.id]);
    expect(passed(await flood(me(product), BASIC + 5, bearer(user.token)))).toBe(BASIC);
    await set(`tier = 'pro', tier_ends_at = now() + interval '1 hour'`);
    expect((await user.client.get('/user/me')).status).toBe(200);
    const statuses = await flood(me(twin), PRO, bearer(user.token));
    expect(passed(statuses)).toBe(PRO - BASIC - 5 - 1);
    const { headers } = await user.client.get('/user/me');
    expect(headers.get('ratelimit-policy')).toBe(`"minute";q=${PRO};w=60`);
  });

  it('an ended tier gives no limit', async () => {
    const user = await newUser(product, { tier: 'pro' });
    await product.rows(`update users set tier_ends_at = now() - interval '1 second' where id = $1`, [
      user.id,
    ]);
    expect(passed(await flood(me(product), PRO, bearer(user.token)))).toBe(BASIC);
  });

  it('usage and send return the minute’s limit beside the day’s', async () => {
    const user = await newUser(product);
    const began = performance.now();
    const usage = await user.client.get('/user/usage');
    expect(usage.headers.get('ratelimit-policy')).toBe(`"daily";q=5;w=86400, "minute";q=${BASIC};w=60`);
    expect(usage.headers.get('ratelimit')).toMatch(
      new RegExp(`^"daily";r=5;t=\\d+, "minute";r=${BASIC - 1};t=60$`),
    );
    const { id: room } = await newRoom(user);
    const sent = await user.client.post(`/chatroom/${room}/message`, { content: 'hi' });
    const limits = new RegExp(`^"daily";r=4;t=\\d+, "minute";r=${BASIC - 3};t=(\\d+)$`);
    const [, left] = limits.exec(sent.headers.get('ratelimit')!) ?? [];
    // The minute has run since the first request, and not for longer than the test.
    expect(Number(left)).toBeLessThanOrEqual(60);
    expect(Number(left)).toBeGreaterThanOrEqual(59 - (performance.now() - began) / 1000);
  });

  it('past the limit a replay is answered, and a new key is not', async () => {
    const user = await newUser(product);
    const { id: room } = await newRoom(user);
    const send = (key: string) =>
      user.client.post(
        `/chatroom/${room}/message`,
        { content: 'hi' },
        { headers: { 'idempotency-key': key } },
      );
    const key = randomUUID();
    const first = await send(key);
    await flood(me(product), BASIC, bearer(user.token));
    const replay = await send(key);
    expect([replay.status, replay.body.reply.id]).toEqual([202, first.body.reply.id]);
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    const fresh = await send(randomUUID());
    expect([fresh.status, fresh.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(fresh.headers.get('retry-after'))).toBeGreaterThan(1);
    expect(await product.rows('select from messages where user_id = $1', [user.id])).toHaveLength(2);
  });

  /** Creates a room, or gets the one that this key has created. */
  const keyed = (user: TestUser, count: number, key: (nth: number) => string) =>
    flood(
      `${product.url}/chatroom`,
      count,
      (nth) => ({ ...bearer(user.token), 'idempotency-key': key(nth) }),
      'POST',
    );
  const roomsOf = async ({ id }: TestUser) =>
    (await product.rows('select from chatrooms where user_id = $1', [id])).length;

  it('replays have a window of their own, ten times the limit', async () => {
    const user = await newUser(product);
    expect(passed(await keyed(user, 1, () => 'k'))).toBe(1);
    await flood(me(product), BASIC * 11, bearer(user.token));
    expect(passed(await keyed(user, BASIC * 11, () => 'k'))).toBe(BASIC * 10);
    expect(await roomsOf(user)).toBe(1);
  });

  it.each([
    ['new keys', (nth: number) => `new-${nth}`],
    ['keys that are none', () => 'é'],
  ])('%s past the limit use that window up, and make nothing', async (_, key) => {
    const user = await newUser(product);
    await keyed(user, 1, () => 'k');
    await flood(me(product), BASIC, bearer(user.token));
    await keyed(user, BASIC * 10, key);
    expect(passed(await keyed(user, 1, () => 'k'))).toBe(0);
    expect(await roomsOf(user)).toBe(1);
  });

  it.each(['stop', 'retry', 'regenerate'])('past the limit a new key does not %s anything', async (order) => {
    const user = await newUser(product);
    const { id: room } = await newRoom(user);
    const slow = { content: '[[sandbox: slow]] hello' };
    const sent = await user.client.post(`/chatroom/${room}/message`, slow);
    await flood(me(product), BASIC, bearer(user.token));
    const path = `/chatroom/${room}/messages/${sent.body.reply.id}/${order}`;
    const headers = { 'idempotency-key': randomUUID() };
    const { status, body } = await user.client.post(path, undefined, { headers });
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    const replies = await product.rows<{ stopped: boolean }>(
      `select stop_requested_at is not null or status = 'stopped' as stopped from messages where user_id = $1 and role = 'model'`,
      [user.id],
    );
    expect(replies).toEqual([{ stopped: false }]);
  });

  it('an open route counts the address that the trusted proxy saw', async () => {
    const address = newAddress();
    const statuses = await floodOpen(product, 200, (nth) => ({
      'x-forwarded-for': `10.0.${nth % 256}.1, ${address}`,
    }));
    expect(passed(statuses)).toBe(BASIC);
    const other = await open({ 'x-forwarded-for': newAddress() });
    expect(other.status).not.toBe(429);
  });

  it('sandbox routes are not counted for a caller on loopback', async () => {
    expect(passed(await floodOpen(product, BASIC * 2, {}))).toBe(BASIC * 2);
  });

  it('without a trusted proxy X-Forwarded-For changes no bucket', async () => {
    await endMinute(twin, 'a:127.0.0.1');
    const statuses = await floodOpen(twin, 200, (nth) => ({
      'x-forwarded-for': `10.0.${nth % 256}.1`,
      forwarded: `for=10.0.${nth % 256}.1`,
    }));
    expect(passed(statuses)).toBe(BASIC);
  });

  it('IPv6 counts by the /64, and its 429 names no policy', async () => {
    const net = `2001:db8:${randomInt(65536).toString(16)}:${randomInt(65536).toString(16)}`;
    const statuses = await floodOpen(product, 100, (nth) => ({
      'x-forwarded-for': `${net}:${nth.toString(16)}::1`,
    }));
    expect(passed(statuses)).toBe(BASIC);
    const refused = await open({ 'x-forwarded-for': `${net}::9` });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
    expect(refused.headers.get('ratelimit')).toBeNull();
  });

  it.each(['/docs-json', '/docs', '/health/live'])('%s is not counted', async (path) => {
    const headers = { 'x-forwarded-for': newAddress() };
    expect(passed(await flood(product.url + path, BASIC * 2, headers))).toBe(BASIC * 2);
  });

  it('a hanging store delays no request, and the process counts by itself meanwhile', async () => {
    const user = await newUser(product);
    await user.client.get('/user/me');
    const another = await newUser(product);
    const [, usualMs] = await timed(flood(me(product), 200, bearer(another.token)));
    const release = await hang(product);
    const [result, ms] = await timed(flood(me(product), 200, bearer(user.token)));
    // A request that waited for the store would wait for its timeouts.
    expect(ms).toBeLessThan(2 * usualMs + 2000);
    expect(passed(result)).toBe(BASIC - 1);
    await release();
  });
});

describe('on loopback with the SMS sandbox and no limit set', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(NO_LIMITS_SET);
  });
  afterAll(() => product.close());

  it('codes have no send limit by number or address', async () => {
    const mobile_number = newMobile();
    // Not all at once: codes of one number wait for each other.
    for (let nth = 0; nth < 25; nth += 1)
      expect((await product.client.post('/auth/send-otp', { mobile_number })).status).toBe(202);
    expect(await product.rows('select scope from limit_counters')).toEqual([]);
  });

  it('requests have no minute limit and no header of one', async () => {
    const user = await newUser(product);
    const headers = { authorization: `Bearer ${user.token}` };
    expect(passed(await flood(`${product.url}/user/usage`, 400, headers))).toBe(400);
    const { headers: told } = await user.client.get('/user/usage');
    expect(told.get('ratelimit-policy')).toBe('"daily";q=5;w=86400');
    const sent = await user.client.post(`/chatroom/${(await newRoom(user)).id}/message`, { content: 'hi' });
    expect(sent.headers.get('ratelimit-policy')).toBe('"daily";q=5;w=86400');
  });

  it('the daily limit stays, and its refusal names the variable', async () => {
    const user = await newUser(product);
    await product.rows(
      `insert into daily_usage (quota_key, day, used) select quota_key, (now() at time zone 'UTC')::date, 5 from users where id = $1`,
      [user.id],
    );
    const { id: room } = await newRoom(user);
    const { status, body } = await user.client.post(`/chatroom/${room}/message`, { content: 'hi' });
    expect([status, body.code, body.upgrade]).toEqual([429, 'daily_limit_reached', '/subscribe/pro']);
    expect(body.detail).toContain('Set BASIC_DAILY_LIMIT in the environment');
  });

  it('wrong codes stay limited', async () => {
    const code = await askCode(product);
    const guess = () => product.client.post('/auth/verify-otp', { ...code, otp: wrong(code.otp) });
    for (const _ of [1, 2, 3, 4, 5]) expect((await guess()).status).toBe(401);
    const { status, body } = await guess();
    expect([status, body.code]).toEqual([429, 'otp_attempts_exceeded']);
    expect(body.detail).toContain('POST /sandbox/clock');
  });
});

/** Makes the shared counters hang, and nothing else that a read needs. */
async function hang(product: Product): Promise<() => Promise<void>> {
  if (backend === 'redis') {
    await withRedis(product, ({ masters }) =>
      Promise.all(masters.map((master) => master.call('client', 'pause', '3000', 'all'))),
    );
    return async () => undefined;
  }
  const client = new pg.Client({ connectionString: product.databaseUrl });
  await client.connect();
  await client.query('begin; lock table request_counters in access exclusive mode');
  return () => client.end();
}
