import type { Answer } from '../support/client.js';
import { ask, finalReply, marked, script, send } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { leastMs, timed } from '../support/least-time.js';
import { OwnRedis } from '../support/own-redis.js';
import { newUser } from '../support/people.js';
import { backend, newDatabase, redisUrl } from '../support/processes.js';
import { startProduct } from '../support/product.js';
import { newRoom } from '../support/rooms.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** Promise 9: within a second. Twice that here, for a machine under test load; a hang lasts for minutes. */
const PROMPT_MS = 2000;

describe('promise 9: during an outage the answer is a clear state', () => {
  if (backend === 'redis')
    it('without Redis a message is accepted at once and answered when Redis is back', async () => {
      const redis = await OwnRedis.start();
      const product = await startProduct({ REDIS_URL: redis.url });
      const user = await newUser(product);
      const room = (await newRoom(user)).id;
      await ask(user, room);
      const outage = async () => {
        await redis.kill();
        const [sent, ms] = await timed(send(user, room, 'hello'));
        expect(sent.status).toBe(202);
        await redis.start();
        expect((await finalReply(user, sent)).status).toBe('completed');
        return ms;
      };
      expect(await leastMs(PROMPT_MS, outage)).toBeLessThan(PROMPT_MS);
      await product.close();
      await redis.close();
    });

  it('without PostgreSQL a message is refused with 503 and Retry-After, at once, and works again after', async () => {
    const wire = await TcpProxy.to(await newDatabase());
    const direct = await startProduct({ DATABASE_URL: wire.url });
    const user = await newUser(direct);
    const room = (await newRoom(user)).id;
    const outage = async () => {
      wire.cut();
      const [sent, ms] = await timed(send(user, room, 'hello'));
      expect([sent.status, sent.body.code]).toEqual([503, 'unavailable']);
      expect(Number(sent.headers.get('retry-after'))).toBeGreaterThan(0);
      wire.mend();
      await eventually(
        () => user.client.get('/user/usage'),
        ({ status }) => status === 200,
      );
      return ms;
    };
    expect(await leastMs(PROMPT_MS, outage)).toBeLessThan(PROMPT_MS);
    expect((await ask(user, room)).body.reply.status).toBe('completed');
    await direct.close();
    await wire.close();
  });

  if (backend === 'redis')
    it('a worker whose last reply ends during an outage of Redis continues to work', async () => {
      const redis = await OwnRedis.start();
      const product = await startProduct({ REDIS_URL: redis.url, WORKER_CONCURRENCY: '1' });
      const user = await newUser(product);
      const room = (await newRoom(user)).id;
      const text = marked();
      await script(product, { match: text, chunks: ['slowly ', 'said'], chunk_delay_ms: 1000 });
      const sent = await send(user, room, text);
      await eventually(
        () => product.rows(`select from messages where chatroom_id = $1 and status = 'streaming'`, [room]),
        ({ length }) => length === 1,
      );
      await redis.kill();
      expect((await finalReply(user, sent)).status).toBe('completed');
      // The end of its job cannot be reported and no other job can be fetched: the process must still do its other work.
      for (let n = 0; n < 5; n += 1) expect((await user.client.get('/health/live')).status).toBe(200);
      await redis.start();
      expect((await finalReply(user, await send(user, room, marked()))).status).toBe('completed');
      await product.close();
      await redis.close();
    });

  it('an accepted message stays accepted when PostgreSQL fails during the wait for its answer', async () => {
    const wire = await TcpProxy.to(await newDatabase());
    const product = await startProduct({ DATABASE_URL: wire.url });
    const user = await newUser(product);
    const room = (await newRoom(user)).id;
    const text = marked();
    await script(product, { match: text, outcome: 'hang' });
    const sending = user.client.post(
      `/chatroom/${room}/message`,
      { content: text },
      { headers: { prefer: 'wait=4' } },
    );
    await eventually(
      () => product.rows(`select from messages where chatroom_id = $1 and status = 'streaming'`, [room]),
      ({ length }) => length === 1,
    );
    // PostgreSQL's response has arrived through the proxy as well.
    expect((await user.client.get(`/chatroom/${room}`)).body.message_count).toBe(2);
    wire.cut();
    const answer = await sending;
    expect([answer.status, answer.body.reply?.completed_at]).toEqual([202, null]);
    await product.end('SIGKILL');
    await product.close();
    await wire.close();
  });

  it('replies are made again after every connection to the queue died silently', async () => {
    const databaseUrl = await newDatabase();
    const wire = await TcpProxy.to(backend === 'redis' ? redisUrl(databaseUrl) : databaseUrl);
    const product = await startProduct(
      backend === 'redis' ? { DATABASE_URL: databaseUrl, REDIS_URL: wire.url } : { DATABASE_URL: wire.url },
    );
    const user = await newUser(product);
    const room = (await newRoom(user)).id;
    await ask(user, room);
    wire.strand();
    const sent = await eventually(
      () => user.client.post(`/chatroom/${room}/message`, { content: 'hello' }),
      ({ status }) => status === 202,
    );
    // Without a timeout of ours the operating system would give up after a quarter of an hour.
    expect((await finalReply(user, sent)).status).toBe('completed');
    await product.end('SIGKILL');
    await product.close();
    await wire.close();
  });

  it('a half-open connection to PostgreSQL does not hang', async () => {
    const wire = await TcpProxy.to(await newDatabase());
    const product = await startProduct({ DATABASE_URL: wire.url });
    const user = await newUser(product);
    const room = (await newRoom(user)).id;
    void wire.holdAt('');
    const [sent, ms] = await timed(user.client.post(`/chatroom/${room}/message`, { content: 'hello' }));
    expect([sent.status, sent.body.code]).toEqual([503, 'unavailable']);
    expect(ms).toBeLessThan(20_000);
    await product.end('SIGKILL');
    await product.close();
    await wire.close();
  });

  it('slow is not down: sixty parallel sends and sixty reads are served over six slow connections', async () => {
    const wire = await TcpProxy.to(await newDatabase());
    // Without a worker, so that all connections serve requests.
    const product = await startProduct({
      DATABASE_URL: wire.url,
      DATABASE_POOL_MAX: '6',
      WORKER: 'separate',
    });
    const user = await newUser(product, { tier: 'pro' });
    const room = (await newRoom(user)).id;
    const sixty = async (request: () => Promise<Answer>) =>
      new Set((await Promise.all(Array.from({ length: 60 }, request))).map(({ status }) => status));
    // A round trip of 120 ms: sixty requests over six connections take longer than opening a connection may.
    wire.slowDown(60);
    expect(await sixty(() => send(user, room, 'hello'))).toEqual(new Set([202]));
    expect(await sixty(() => user.client.get(`/chatroom/${room}/messages`))).toEqual(new Set([200]));
    await product.end('SIGKILL');
    await product.close();
    await wire.close();
  });

  it('a database that completes nothing counts as down after a second: requests past the pool are refused at once', async () => {
    const wire = await TcpProxy.to(await newDatabase());
    const product = await startProduct({ DATABASE_URL: wire.url, DATABASE_POOL_MAX: '2' });
    const user = await newUser(product);
    const room = (await newRoom(user)).id;
    void wire.holdAt('');
    const held = Array.from({ length: 8 }, () => send(user, room, 'hello'));
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
    await product.close();
    await wire.close();
  });
});
