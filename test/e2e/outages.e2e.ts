import type { Answer } from '../support/client.js';
import { ask, finalReply, marked, script, send } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { leastMs, timed } from '../support/least-time.js';
import { OwnRedis } from '../support/own-redis.js';
import { newUser, type TestUser } from '../support/people.js';
import { backend, newDatabase, redisUrl } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom, someoneWithRoom } from '../support/rooms.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** Promise 9: within a second. Twice that here, for a machine under test load; a hang lasts for minutes. */
const PROMPT_MS = 2000;

describe('promise 9: during an outage the answer is a clear state', () => {
  /** With a worker of one job at a time, so that one reply can be its last. */
  let product: Product;
  /** On its way to PostgreSQL. */
  let wire: TcpProxy;
  let redis: OwnRedis | null;
  let user: TestUser;
  let room: string;
  beforeAll(async () => {
    wire = await TcpProxy.to(await newDatabase());
    redis = backend === 'redis' ? await OwnRedis.start() : null;
    product = await startProduct({
      DATABASE_URL: wire.url,
      WORKER_CONCURRENCY: '1',
      ...(redis && { REDIS_URL: redis.url }),
    });
    user = await newUser(product, { tier: 'pro' });
  });
  beforeEach(async () => {
    room = (await newRoom(user)).id;
  });
  afterAll(async () => {
    await product.end('SIGKILL');
    await product.close();
    await wire.close();
    await redis?.close();
  });

  const streaming = () =>
    eventually(
      () => product.rows(`select from messages where chatroom_id = $1 and status = 'streaming'`, [room]),
      ({ length }) => length === 1,
    );
  const works = () =>
    eventually(
      () => user.client.get('/user/usage'),
      ({ status }) => status === 200,
    );

  if (backend === 'redis')
    it('without Redis a message is accepted at once and answered when Redis is back', async () => {
      await ask(user, room);
      const outage = async () => {
        await redis!.kill();
        const [sent, ms] = await timed(send(user, room, 'hello'));
        expect(sent.status).toBe(202);
        await redis!.start();
        expect((await finalReply(user, sent)).status).toBe('completed');
        return ms;
      };
      expect(await leastMs(PROMPT_MS, outage)).toBeLessThan(PROMPT_MS);
    });

  it('without PostgreSQL a message is refused with 503 and Retry-After, at once, and works again after', async () => {
    const outage = async () => {
      wire.cut();
      const [sent, ms] = await timed(send(user, room, 'hello'));
      expect([sent.status, sent.body.code]).toEqual([503, 'unavailable']);
      expect(Number(sent.headers.get('retry-after'))).toBeGreaterThan(0);
      wire.mend();
      await works();
      return ms;
    };
    expect(await leastMs(PROMPT_MS, outage)).toBeLessThan(PROMPT_MS);
    expect((await ask(user, room)).body.reply.status).toBe('completed');
  });

  if (backend === 'redis')
    it('a worker whose last reply ends during an outage of Redis continues to work', async () => {
      const text = marked();
      await script(product, { match: text, chunks: ['slowly ', 'said'], chunk_delay_ms: 1000 });
      const sent = await send(user, room, text);
      await streaming();
      await redis!.kill();
      expect((await finalReply(user, sent)).status).toBe('completed');
      // The end of its job cannot be reported and no other job can be fetched: the process must still do its other work.
      for (let n = 0; n < 5; n += 1) expect((await user.client.get('/health/live')).status).toBe(200);
      await redis!.start();
      expect((await finalReply(user, await send(user, room, marked()))).status).toBe('completed');
    });

  it('an accepted message stays accepted when PostgreSQL fails during the wait for its answer', async () => {
    const text = marked();
    await script(product, { match: text, outcome: 'hang' });
    const sending = user.client.post(
      `/chatroom/${room}/message`,
      { content: text },
      { headers: { prefer: 'wait=4' } },
    );
    await streaming();
    // PostgreSQL's response has arrived through the proxy as well.
    expect((await user.client.get(`/chatroom/${room}`)).body.message_count).toBe(2);
    wire.cut();
    const answer = await sending;
    expect([answer.status, answer.body.reply?.completed_at]).toEqual([202, null]);
    wire.mend();
    await works();
    // The worker is free for the next test.
    await user.client.post(`/chatroom/${room}/messages/${answer.body.reply.id}/stop`);
  });

  /** The replies of a product whose connections to its queue all go this way. */
  async function expectRemade(sender: TestUser, where: string, way: TcpProxy): Promise<void> {
    await ask(sender, where);
    way.strand();
    const sent = await eventually(
      () => send(sender, where, 'hello'),
      ({ status }) => status === 202,
    );
    // Without a timeout of ours the operating system would give up after a quarter of an hour.
    expect((await finalReply(sender, sent)).status).toBe('completed');
  }

  it('replies are made again after every connection to the queue died silently', async () => {
    if (backend === 'postgres') return expectRemade(user, room, wire);
    const databaseUrl = await newDatabase();
    const way = await TcpProxy.to(redisUrl(databaseUrl));
    const on = await startProduct({ DATABASE_URL: databaseUrl, REDIS_URL: way.url });
    const { user: sender, room: where } = await someoneWithRoom(on);
    await expectRemade(sender, where, way);
    await on.end('SIGKILL');
    await on.close();
    await way.close();
  });

  // The last one: nothing passes the wire any more.
  it('a half-open connection to PostgreSQL does not hang', async () => {
    void wire.holdAt('');
    const [sent, ms] = await timed(send(user, room, 'hello'));
    expect([sent.status, sent.body.code]).toEqual([503, 'unavailable']);
    expect(ms).toBeLessThan(20_000);
  });
});

describe('promise 9, with few connections', () => {
  let product: Product;
  let wire: TcpProxy;
  beforeAll(async () => {
    wire = await TcpProxy.to(await newDatabase());
    // Without a worker, so that all connections serve requests.
    product = await startProduct({
      DATABASE_URL: wire.url,
      DATABASE_POOL_MAX: '6',
      WORKER: 'separate',
    });
  });
  afterAll(async () => {
    await product.end('SIGKILL');
    await product.close();
    await wire.close();
  });

  it('slow is not down: sixty parallel sends and sixty reads are served over six slow connections', async () => {
    const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
    const sixty = async (request: () => Promise<Answer>) =>
      new Set((await Promise.all(Array.from({ length: 60 }, request))).map(({ status }) => status));
    // A round trip of 120 ms: sixty requests over six connections take longer than opening a connection may.
    wire.slowDown(60);
    expect(await sixty(() => send(user, room, 'hello'))).toEqual(new Set([202]));
    expect(await sixty(() => user.client.get(`/chatroom/${room}/messages`))).toEqual(new Set([200]));
    wire.slowDown(0);
  });

  it('a database that completes nothing counts as down after a second: requests past the pool are refused at once', async () => {
    const { user, room } = await someoneWithRoom(product);
    void wire.holdAt('');
    const held = Array.from({ length: 24 }, () => send(user, room, 'hello'));
    const first = await Promise.race(held);
    expect([first.status, first.body.code]).toEqual([503, 'unavailable']);
    const past = async () => {
      const [next, ms] = await timed(send(user, room, 'hello'));
      expect(next.status).toBe(503);
      return ms;
    };
    expect(await leastMs(PROMPT_MS, past)).toBeLessThan(PROMPT_MS);
    await product.end('SIGKILL');
    await Promise.allSettled(held);
  });
});
