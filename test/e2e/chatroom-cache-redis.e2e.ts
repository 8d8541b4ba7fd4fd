import { eventually } from '../support/eventually.js';
import { leastMs, timed } from '../support/least-time.js';
import { OwnRedis } from '../support/own-redis.js';
import { newUser, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { at, listOf, newRoom, startTwin } from '../support/rooms.js';
import { onRedis } from '../support/suites.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const isHit = (from: string | null) => from === 'HIT';

/** Asks for the list of a new user twice: HIT when this process has its cache. */
async function warm(product: Product): Promise<string | null> {
  const user = await newUser(product);
  await listOf(user.client);
  return (await listOf(user.client)).from;
}

onRedis('promise 8', () => {
  let redis: OwnRedis;
  let one: Product;
  /** Its way to Redis is {@link wire}. */
  let two: Product;
  let wire: TcpProxy;
  let user: TestUser;
  beforeAll(async () => {
    redis = await OwnRedis.start();
    one = await startProduct({ REDIS_URL: redis.url });
    wire = await TcpProxy.to(redis.url);
    two = await startTwin(one, { REDIS_URL: wire.url });
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await wire.close();
    await redis.close();
  });
  beforeEach(async () => {
    user = await newUser(one);
    for (const product of [one, two]) await eventually(() => warm(product), isHit);
  });

  const sourceAtTwo = async () => (await listOf(at(two, user))).from;
  const bypasses = () => one.rows('select user_id from list_cache_bypass where user_id = $1', [user.id]);
  const healed = () => eventually(bypasses, (rows) => rows.length === 0);

  it('fifty misses at once ask the database once', async () => {
    await newRoom(user);
    const holder = await one.db.connect();
    await holder.query('begin; lock table chatrooms in access exclusive mode');
    const reading = Array.from({ length: 50 }, () => listOf(user.client));
    await eventually(waiting, (count) => count > 0);
    // Sent after the fifty, so that by its answer they have all arrived.
    await user.client.get('/user/me');
    const asked = await waiting();
    await holder.query('commit');
    holder.release();
    const lists = await Promise.all(reading);
    expect(asked).toBe(1);
    expect(new Set(lists.map(({ answer }) => answer.text)).size).toBe(1);
    expect(new Set(lists.map(({ from }) => from))).toEqual(new Set(['MISS']));
    expect((await listOf(user.client)).from).toBe('HIT');
  });

  const waiting = async () => {
    const [row] = await one.rows<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query like '%from chatrooms room%'`,
    );
    return row!.n;
  };

  it('a list that was read before a write and stored after it is never served', async () => {
    const { id } = await newRoom(user);
    const stored = wire.holdAt(`{rooms:${user.id}}:body\r\n$`);
    const early = listOf(at(two, user));
    await stored; // the old list is on its way to Redis, under the version that was read first
    await user.client.patch(`/chatroom/${id}`, { name: 'New name' });
    wire.release();
    expect((await early).answer.text).not.toContain('New name');
    await eventually(() => warm(two), isHit);
    for (const product of [one, two])
      expect((await listOf(at(product, user))).answer.text).toContain('New name');
  });

  it('while Redis is down every list comes from the database at once, and no write is missed', async () => {
    await newRoom(user);
    for (const product of [one, two]) await listOf(at(product, user));
    await redis.kill();
    const read = async () => {
      const [{ from }, ms] = await timed(listOf(user.client));
      expect(from).toBe('BYPASS');
      return ms;
    };
    expect(await leastMs(1000, read)).toBeLessThan(1000);
    await newRoom(user);
    for (const product of [one, two])
      expect(await listOf(at(product, user))).toMatchObject({ from: 'BYPASS', ids: { length: 2 } });
    expect(await bypasses()).toHaveLength(1);
    await redis.start();
    const seen = await listsUntil(() => healed());
    expect(seen.every((length) => length === 2)).toBe(true);
    await eventually(sourceAtTwo, isHit);
    expect((await listOf(at(two, user))).ids).toHaveLength(2);
  });

  /** Lengths of the lists that both processes serve until a condition holds. */
  const listsUntil = async (state: () => Promise<unknown>) => {
    const over = new AbortController();
    const waited = state().finally(() => over.abort());
    const lengths: number[] = [];
    while (!over.signal.aborted)
      for (const product of [one, two]) lengths.push((await listOf(at(product, user))).ids.length);
    await waited;
    return lengths;
  };

  it('a Redis that restarts with lost writes serves no old list', async () => {
    await newRoom(user);
    await listOf(user.client);
    expect(await listOf(user.client)).toMatchObject({ from: 'HIT', ids: { length: 1 } });
    redis.keepData();
    await newRoom(user); // Redis acknowledges the new version …
    await redis.kill();
    redis.restoreData(); // … and has lost it: version and list are those of before
    await redis.start();
    await eventually(() => warm(two), isHit);
    for (const product of [two, one]) expect((await listOf(at(product, user))).ids).toHaveLength(2);
  });

  it('a Redis that accepts connections and stays silent delays no request', async () => {
    await newRoom(user);
    await listOf(user.client);
    redis.freeze(true);
    try {
      const median = async () => {
        const times: number[] = [];
        for (let i = 0; i < 10; i += 1) {
          const [{ from }, ms] = await timed(listOf(user.client));
          expect(from).toBe('BYPASS');
          times.push(ms);
        }
        return times.toSorted((a, b) => a - b)[times.length / 2]!;
      };
      // Half of them took less than one operation's timeout: only one or two requests waited for it.
      expect(await leastMs(250, median)).toBeLessThan(250);
      await user.client.post('/chatroom', {});
      expect((await listOf(user.client)).ids).toHaveLength(2);
      expect(await bypasses()).toHaveLength(1);
    } finally {
      redis.freeze(false);
    }
    await healed();
    await eventually(sourceAtTwo, isHit);
    expect((await listOf(at(two, user))).ids).toHaveLength(2);
  });

  it('a process that alone lost Redis tells the others through the database', async () => {
    await newRoom(user);
    await listOf(user.client);
    expect((await listOf(user.client)).from).toBe('HIT');
    wire.cut();
    await at(two, user).post('/chatroom', {});
    const acknowledged = Date.now();
    expect((await listOf(at(two, user))).ids).toHaveLength(2);
    await eventually(
      () => listOf(user.client),
      ({ ids }) => ids.length === 2,
    );
    expect(Date.now() - acknowledged).toBeLessThan(2000);
    await healed(); // by a process that has Redis
    await eventually(async () => (await listOf(user.client)).from, isHit);
    expect((await listOf(user.client)).ids).toHaveLength(2);
    wire.mend();
  });

  it('a process that starts during the outage knows the bypassed users', async () => {
    await newRoom(user);
    await listOf(user.client);
    await one.rows('insert into list_cache_bypass (user_id) values ($1)', [user.id]);
    await one.rows(`update chatrooms set name = 'Behind its back' where user_id = $1`, [user.id]);
    const late = await startTwin(one, { REDIS_URL: redis.url, WORKER: 'separate' });
    try {
      expect((await listOf(at(late, user))).answer.text).toContain('Behind its back');
      await healed();
      expect((await listOf(user.client)).answer.text).toContain('Behind its back');
    } finally {
      await late.close();
    }
  });

  it('no log file holds rooms or tokens', async () => {
    await newRoom(user, { name: 'Secret-name-418' });
    expect(one.log + two.log).not.toMatch(/Secret-name|eyJ/);
  });
});
