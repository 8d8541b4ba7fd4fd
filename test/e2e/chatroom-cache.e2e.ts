import { eventually } from '../support/eventually.js';
import { OwnRedis } from '../support/own-redis.js';
import { newUser, type TestUser } from '../support/people.js';
import { backend, startProduct, type Product } from '../support/product.js';
import { at, listOf, newRoom, startEmbedded, startTwin } from '../support/rooms.js';
import { onPostgres, onRedis, suite } from '../support/suites.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** What X-Cache says of a list that is stored, and of one that is not: without Redis nothing is. */
const [HIT, MISS] = backend === 'redis' ? ['HIT', 'MISS'] : ['BYPASS', 'BYPASS'];

const isHit = (from: string | null) => from === 'HIT';

/** Asks for the list of a new user twice: HIT when this process has its cache. */
async function warm(product: Product): Promise<string | null> {
  const somebody = await newUser(product);
  await listOf(somebody.client);
  return (await listOf(somebody.client)).from;
}

suite('the cached list', () => {
  let product: Product;
  let user: TestUser;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product.close());
  beforeEach(async () => {
    user = await newUser(product);
  });

  it('is read once and then served, also when it is empty', async () => {
    const [first, second] = [await listOf(user.client), await listOf(user.client)];
    expect([first.from, second.from]).toEqual([MISS, HIT]);
    expect(second.answer.text).toBe('{"data":[],"next_cursor":null}');
    expect(second.answer.text).toBe(first.answer.text);
  });

  it('is JSON, private, asked about every time, and named by its ETag', async () => {
    await newRoom(user, { name: 'Grüße 😀' });
    const [first, second] = [await listOf(user.client), await listOf(user.client)];
    for (const { headers, text } of [first.answer, second.answer]) {
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(headers.get('cache-control')).toBe('private, no-cache');
      expect(headers.get('vary')).toMatch(/authorization/i);
      expect(headers.get('etag')).toMatch(/^W\/"[\w-]{22}"$/);
      expect(text).toContain('Grüße 😀');
    }
    expect(second.answer.text).toBe(first.answer.text);
    expect(second.answer.headers.get('etag')).toBe(first.answer.headers.get('etag'));
  });

  it('costs nothing when it has not changed: 304', async () => {
    await newRoom(user);
    const etag = (await listOf(user.client)).answer.headers.get('etag')!;
    const ask = (tag: string) => user.client.get('/chatroom', { headers: { 'If-None-Match': tag } });
    for (const tag of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const { status, text, headers } = await ask(tag);
      expect([status, text, headers.get('etag')]).toEqual([304, '', etag]);
      expect(headers.get('x-cache')).toBe(HIT);
    }
    await newRoom(user);
    expect((await ask(etag)).status).toBe(200);
    expect((await ask('"other"')).status).toBe(200);
  });

  it('is the first page with default parameters only', async () => {
    await newRoom(user);
    const from = async (query: string) => (await user.client.get(`/chatroom${query}`)).headers.get('x-cache');
    expect(await from('')).toBe(MISS);
    expect(await from('?limit=50&archived=false&colour=red')).toBe(HIT);
    expect(await Promise.all(['?limit=49', '?archived=true', '?archived=all'].map(from))).toEqual(
      Array(3).fill('BYPASS'),
    );
  });

  it('of a stranger is his own', async () => {
    const stranger = await newUser(product);
    const { id } = await newRoom(user);
    expect((await listOf(user.client)).ids).toEqual([id]);
    expect((await listOf(stranger.client)).ids).toEqual([]);
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['created', () => newRoom(user)],
    ['renamed', (id) => user.client.patch(`/chatroom/${id}`, { name: 'Renamed' })],
    ['set up', (id) => user.client.patch(`/chatroom/${id}`, { system_prompt: 'Be brief.' })],
    ['pinned', (id) => user.client.patch(`/chatroom/${id}`, { pinned: true })],
    ['archived', (id) => user.client.patch(`/chatroom/${id}`, { archived: true })],
    ['deleted', (id) => user.client.delete(`/chatroom/${id}`)],
  ])('is never older than the write that a room was %s by', async (_, write) => {
    const { id } = await newRoom(user);
    await listOf(user.client);
    const before = await listOf(user.client);
    await write(id);
    const after = await listOf(user.client);
    expect([before.from, after.from]).toEqual([HIT, MISS]);
    expect(after.answer.text).not.toBe(before.answer.text);
    expect((await listOf(user.client)).answer.text).toBe(after.answer.text);
  });

  it('is told by a replay, too: the first process may have died before it told', async () => {
    const create = () => user.client.post('/chatroom', {}, { headers: { 'Idempotency-Key': 'k' } });
    await create();
    await listOf(user.client);
    await product.rows(`update chatrooms set name = 'Behind its back' where user_id = $1`, [user.id]);
    await create();
    expect((await listOf(user.client)).answer.text).toContain('Behind its back');
  });

  it('is never stale for somebody who writes and reads in turn at two processes', async () => {
    const twin = await startTwin(product);
    try {
      const [here, there] = [user.client, at(twin, user)];
      for (let i = 1; i <= 15; i += 1) {
        const [writer, reader] = i % 2 ? [here, there] : [there, here];
        await writer.post('/chatroom', {});
        expect((await listOf(reader)).ids).toHaveLength(i);
        expect((await listOf(writer)).ids).toHaveLength(i);
      }
    } finally {
      await twin.close();
    }
  });
});

onPostgres('without Redis, several processes share nothing but the database', () => {
  it('so nothing is cached', async () => {
    const product = await startProduct();
    const user = await newUser(product);
    expect([(await listOf(user.client)).from, (await listOf(user.client)).from]).toEqual([
      'BYPASS',
      'BYPASS',
    ]);
    await product.close();
  });
});

onPostgres('embedded: one process, nothing configured', () => {
  it('the list is kept in its memory, and never older than a write', async () => {
    const product = await startEmbedded();
    try {
      const user = await newUser(product);
      expect([(await listOf(user.client)).from, (await listOf(user.client)).from]).toEqual(['MISS', 'HIT']);
      const { id } = await newRoom(user);
      expect(await listOf(user.client)).toMatchObject({ from: 'MISS', ids: [id] });
      expect((await listOf(user.client)).from).toBe('HIT');
    } finally {
      await product.close();
    }
  });
});

onRedis('promise 8', () => {
  let redis: OwnRedis;
  let one: Product;
  let two: Product;
  let user: TestUser;
  beforeAll(async () => {
    redis = await OwnRedis.start();
    one = await startProduct({ REDIS_URL: redis.url });
    two = await startTwin(one, { REDIS_URL: redis.url });
  });
  afterAll(async () => {
    await one.close();
    await two.close();
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
    const wire = await TcpProxy.to(redis.url);
    const slow = await startTwin(one, { REDIS_URL: wire.url });
    try {
      const { id } = await newRoom(user);
      const stored = wire.holdAt(`{rooms:${user.id}}:body\r\n$`);
      const early = listOf(at(slow, user));
      await stored; // the old list is on its way to Redis, under the version that was read first
      await user.client.patch(`/chatroom/${id}`, { name: 'New name' });
      wire.release();
      expect((await early).answer.text).not.toContain('New name');
      await eventually(() => warm(slow), isHit);
      const after = await listOf(at(two, user));
      expect(after.answer.text).toContain('New name');
      expect((await listOf(at(slow, user))).answer.text).toContain('New name');
    } finally {
      await slow.close();
      await wire.close();
    }
  });

  it('while Redis is away every list comes from the database, at once, and no write is missed', async () => {
    await newRoom(user);
    for (const product of [one, two]) await listOf(at(product, user));
    await redis.kill();
    const begun = Date.now();
    expect((await listOf(at(two, user))).from).toBe('BYPASS');
    expect(Date.now() - begun).toBeLessThan(1000);
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

  /** Lengths of the lists that both processes give until something has come about. */
  const listsUntil = async (state: () => Promise<unknown>) => {
    const over = new AbortController();
    const waited = state().finally(() => over.abort());
    const lengths: number[] = [];
    while (!over.signal.aborted)
      for (const product of [one, two]) lengths.push((await listOf(at(product, user))).ids.length);
    await waited;
    return lengths;
  };

  it('a Redis that comes back with less than it acknowledged brings no old list', async () => {
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

  it('a Redis that takes connections and says nothing makes nobody wait', async () => {
    await newRoom(user);
    await listOf(user.client);
    redis.freeze(true);
    try {
      const times: number[] = [];
      for (let i = 0; i < 10; i += 1) {
        const begun = Date.now();
        expect((await listOf(user.client)).from).toBe('BYPASS');
        times.push(Date.now() - begun);
      }
      expect(times.filter((ms) => ms > 200).length).toBeLessThanOrEqual(1);
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

  it('a process that alone has lost Redis tells the others through the database', async () => {
    const wire = await TcpProxy.to(redis.url);
    const lonely = await startTwin(one, { REDIS_URL: wire.url });
    try {
      await newRoom(user);
      await listOf(at(two, user));
      expect((await listOf(at(two, user))).from).toBe('HIT');
      wire.cut();
      await at(lonely, user).post('/chatroom', {});
      const acknowledged = Date.now();
      expect((await listOf(at(lonely, user))).ids).toHaveLength(2);
      await eventually(
        () => listOf(at(two, user)),
        ({ ids }) => ids.length === 2,
      );
      expect(Date.now() - acknowledged).toBeLessThan(2000);
      await healed(); // by a process that has Redis
      await eventually(sourceAtTwo, isHit);
      expect((await listOf(at(two, user))).ids).toHaveLength(2);
    } finally {
      await lonely.end('SIGKILL'); // a queue without its Redis takes long to say goodbye
      await lonely.close();
      await wire.close();
    }
  });

  it('a process that starts during the outage knows whom to bypass', async () => {
    await newRoom(user);
    await listOf(user.client);
    await one.rows('insert into list_cache_bypass (user_id) values ($1)', [user.id]);
    await one.rows(`update chatrooms set name = 'Behind its back' where user_id = $1`, [user.id]);
    const late = await startTwin(one, { REDIS_URL: redis.url });
    try {
      expect((await listOf(at(late, user))).answer.text).toContain('Behind its back');
      await healed();
      expect((await listOf(user.client)).answer.text).toContain('Behind its back');
    } finally {
      await late.close();
    }
  });

  it('no file of the log speaks of rooms or tokens', async () => {
    await newRoom(user, { name: 'Secret-name-418' });
    expect(one.log + two.log).not.toMatch(/Secret-name|eyJ/);
  });
});
