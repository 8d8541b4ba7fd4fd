import { newUser, type TestUser } from '../support/people.js';
import { backend } from '../support/processes.js';
import { sharedProduct, type Product } from '../support/product.js';
import { at, listOf, newRoom, sharedTwin, startEmbedded } from '../support/rooms.js';
import { onPostgres } from '../support/suites.js';

/** X-Cache of a stored list and of one that is not stored: without Redis none is stored. */
const [HIT, MISS] = backend === 'redis' ? ['HIT', 'MISS'] : ['BYPASS', 'BYPASS'];

describe('the cached list', () => {
  let product: Product;
  let user: TestUser;
  beforeAll(async () => {
    product = await sharedProduct();
  });
  afterAll(() => product.close());
  beforeEach(async () => {
    user = await newUser(product);
  });

  it('is read once and then served from the cache, also when it is empty', async () => {
    const [first, second] = [await listOf(user.client), await listOf(user.client)];
    expect([first.from, second.from]).toEqual([MISS, HIT]);
    expect(second.answer.text).toBe('{"data":[],"next_cursor":null}');
    expect(second.answer.text).toBe(first.answer.text);
  });

  it('is private JSON with an ETag, revalidated each time', async () => {
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

  it('is 304 when it has not changed', async () => {
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

  it('is read from the database each time when it is large', async () => {
    for (let nth = 0; nth < 3; nth += 1) await newRoom(user, { system_prompt: '漢'.repeat(8000) });
    const seen = [await listOf(user.client), await listOf(user.client)];
    expect(seen.map(({ from }) => from)).toEqual(['BYPASS', 'BYPASS']);
    await user.client.delete(`/chatroom/${seen[0]!.ids[0]}`);
    expect([(await listOf(user.client)).from, (await listOf(user.client)).from]).toEqual([MISS, HIT]);
  });

  it('of another person is their own', async () => {
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

  it('is also invalidated by a replay: the first process may have died before its invalidation', async () => {
    const create = () => user.client.post('/chatroom', {}, { headers: { 'Idempotency-Key': 'k' } });
    await create();
    await listOf(user.client);
    await product.rows(`update chatrooms set name = 'Behind its back' where user_id = $1`, [user.id]);
    await create();
    expect((await listOf(user.client)).answer.text).toContain('Behind its back');
  });

  it('is never stale for a person who writes and reads in turn on two processes', async () => {
    const twin = await sharedTwin(product);
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
  it('nothing is cached', async () => {
    const product = await sharedProduct();
    const user = await newUser(product);
    expect([(await listOf(user.client)).from, (await listOf(user.client)).from]).toEqual([
      'BYPASS',
      'BYPASS',
    ]);
    await product.close();
  });
});

onPostgres('embedded: one process, nothing configured', () => {
  it('the list is cached in its memory and never older than a write', async () => {
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
