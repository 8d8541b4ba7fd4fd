import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { send } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { newUser, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { someoneWithRoom } from '../support/rooms.js';

const MAX = 4;
const STREAM = { accept: 'text/event-stream' };

describe('open streams and waits of a person', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ STREAMS_PER_USER: String(MAX) });
  });
  afterAll(() => product.close());

  /** A person with a reply that is not final for a long time. */
  async function waiting() {
    const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
    const { body } = await send(user, room, '[[sandbox: hang]]');
    return { user, room, path: `/chatroom/${room}/messages/${body.reply.id}` };
  }

  /** Sends a request and returns its response once the head has arrived; `close` disconnects the client. */
  async function hold(user: TestUser, path: string, init: RequestInit = {}) {
    const client = new AbortController();
    const headers = { authorization: `Bearer ${user.token}`, ...(init.headers as object) };
    const answer = await fetch(product.url + path, { ...init, headers, signal: client.signal });
    return { answer, status: answer.status, close: () => client.abort() };
  }
  const holdMany = (count: number, user: TestUser, path: string) =>
    Promise.all(Array.from({ length: count }, () => hold(user, path)));
  const post = (content: string, headers: object = {}): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ content }),
  });
  const count = (user: TestUser) =>
    product.rows('select from messages where user_id = $1', [user.id]).then(({ length }) => length);

  it.each([
    ['a room’s stream', 'GET', (room: string) => `/chatroom/${room}/stream`],
    ['a streamed retry', 'POST', (_: string, path: string) => `${path}/retry?protocol=ai-sdk`],
    ['a streamed regenerate', 'POST', (_: string, path: string) => `${path}/regenerate?protocol=ai-sdk`],
  ])('past the limit refuse %s', async (_, method, pathOf) => {
    const { user, room, path } = await waiting();
    await holdMany(MAX, user, `${path}/stream?protocol=ai-sdk`);
    const { answer } = await hold(user, pathOf(room, path), { method });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([429, 'rate_limited']);
  });

  it('are limited: the next stream is 429 with the count, and a closed one frees a place', async () => {
    const { user, path } = await waiting();
    const streams = await holdMany(MAX + 3, user, `${path}/stream`);
    const open = streams.filter(({ status }) => status === 200);
    expect(streams.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array(MAX).fill(200),
      429,
      429,
      429,
    ]);
    const refused = await user.client.get(`${path}/stream`);
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      429,
      'rate_limited',
      '5',
    ]);
    expect(refused.body.detail).toContain(`${MAX} event streams and 0 waits`);
    open[0]!.close();
    await eventually(async () => (await hold(user, `${path}/stream`)).status === 200);
    const other = await waiting();
    expect((await hold(other.user, `${other.path}/stream`)).status).toBe(200);
  });

  it('past the limit refuse a streamed send and a replay without storing or charging, and allow both as JSON', async () => {
    const { user, room, path } = await waiting();
    const sent = await hold(
      user,
      `/chatroom/${room}/message`,
      post('hi', { ...STREAM, 'idempotency-key': 'a' }),
    );
    const [before] = [await count(user), await holdMany(MAX - 1, user, `${path}/stream`)];
    for (const key of ['a', 'b']) {
      const refused = await hold(
        user,
        `/chatroom/${room}/message`,
        post('hi', { ...STREAM, 'idempotency-key': key }),
      );
      expect([sent.status, refused.status]).toEqual([200, 429]);
    }
    const elsewhere = await hold(
      user,
      `/chatroom/${room}/message/stream`,
      post('hi', { 'idempotency-key': 'b' }),
    );
    expect([elsewhere.status, await count(user)]).toEqual([429, before]);
    const replay = await send(user, room, 'hi', 'a');
    expect([replay.status, replay.headers.get('idempotency-replayed')]).toEqual([202, 'true']);
    expect((await send(user, room, 'hi', 'b')).status).toBe(202);
  });

  it('past the limit answer a wait at once, without Preference-Applied, and store the message', async () => {
    const { user, room, path } = await waiting();
    await holdMany(MAX, user, `${path}/stream`);
    const wait = { headers: { prefer: 'wait=60' } };
    const read = await user.client.get(path, wait);
    const sent = await user.client.post(`/chatroom/${room}/message`, { content: 'hi' }, wait);
    expect([read.status, read.headers.get('preference-applied')]).toEqual([200, null]);
    expect([sent.status, sent.headers.get('preference-applied')]).toEqual([202, null]);
    expect(await count(user)).toBe(4);
  });

  it('free their place at every end: done, 404, 400', async () => {
    const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
    const ends: [string, RequestInit][] = [
      [`/chatroom/${room}/message`, post('[[sandbox: fast]] hi', STREAM)],
      [`/chatroom/${room}/message`, post('', STREAM)],
      [`/chatroom/${randomUUID()}/message`, post('hi', STREAM)],
      [`/chatroom/${room}/messages/${randomUUID()}`, { headers: { prefer: 'wait=60' } }],
      [`/chatroom/${room}/messages/${randomUUID()}/stream`, {}],
    ];
    for (let nth = 0; nth <= MAX; nth += 1)
      for (const [path, init] of ends) {
        const { answer } = await hold(user, path, init);
        expect(answer.status).not.toBe(429);
        await answer.text();
      }
  });

  it('keep the place of a client that left until its wait ends', async () => {
    const { user, path } = await waiting();
    const client = new AbortController();
    const headers = { authorization: `Bearer ${user.token}`, prefer: 'wait=8' };
    // One more than there are places. It is answered at once, when all places are taken by the others.
    const waits = Array.from({ length: MAX + 1 }, () =>
      fetch(product.url + path, { headers, signal: client.signal }),
    );
    for (const wait of waits) wait.catch(() => undefined);
    const pastTheLimit = await Promise.race(waits);
    expect(pastTheLimit.headers.get('preference-applied')).toBeNull();
    client.abort();
    expect(await hold(user, `${path}/stream`).then(closed)).toBe(429);
    await eventually(
      async () => (await hold(user, `${path}/stream`).then(closed)) === 200,
      (isFree) => isFree,
    );
  });
  const closed = ({ status, close }: { status: number; close: () => void }) => {
    close();
    return status;
  };

  it('a person has at most two exports at once', async () => {
    const user = await newUser(product);
    const client = new pg.Client({ connectionString: product.databaseUrl });
    await client.connect();
    await client.query('begin; lock table messages in access exclusive mode');
    const exports = Array.from({ length: 3 }, () => user.client.get('/user/me/export'));
    const refused = await Promise.race(exports);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    await client.end();
    expect((await Promise.all(exports)).map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 200, 429,
    ]);
  });
});
