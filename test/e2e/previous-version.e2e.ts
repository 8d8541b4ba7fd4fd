import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { eventually } from '../support/eventually.js';
import { backend, redisUrl, TEST_ENVIRONMENT } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';
import { loadDatabase, loadRedis, previousState } from '../support/previous/state.js';
import { admin, ADMIN_URL } from '../support/servers.js';
import { listOf, newDataDir, startEmbedded } from '../support/rooms.js';

/** The state that the previous release left: users, sessions, cached lists, and queued replies and codes. */
const state = previousState(backend);

describe('data of the previous release', () => {
  let product: Product;
  let jobsBefore: string[] = [];
  beforeAll(async () => {
    product = backend === 'redis' ? await onRedis() : await onDataDir();
  });
  afterAll(() => product.close());

  /** Its keys in Redis and its rows in PostgreSQL. */
  async function onRedis(): Promise<Product> {
    const url = new URL(process.env[ADMIN_URL]!);
    url.pathname = `/previous_${process.pid}`;
    await admin(process.env[ADMIN_URL]!, `create database previous_${process.pid}`);
    await loadDatabase(state, url.href);
    await loadRedis(state, redisUrl(url.href));
    jobsBefore = await keysOf(redisUrl(url.href));
    return startProduct({ DATABASE_URL: url.href });
  }

  /** Its DATA_DIR: the files by the names that it gave them. */
  async function onDataDir(): Promise<Product> {
    const home = newDataDir();
    writeFileSync(join(home, 'jwt-secret'), TEST_ENVIRONMENT.JWT_SECRET, { mode: 0o600 });
    const postgres = await startEmbeddedPostgres(home);
    await loadDatabase(state, postgres.url);
    await postgres.stop();
    return startEmbedded(home, { JWT_SECRET: '' });
  }

  it('each queued reply is answered once', async () => {
    const ids = state.replies.map(({ id }) => id);
    const rows = await eventually(
      () => product.rows('select status, attempt, generation from messages where id = any($1)', [ids]),
      (found) => found.every(({ status }) => status === 'completed'),
    );
    expect(rows).toEqual(ids.map(() => ({ status: 'completed', attempt: 1, generation: 1 })));
  });

  it('a session is refreshed, and its lists are those of the database', async () => {
    const { status, body } = await product.client.post('/auth/refresh', {
      refresh_token: state.session.refreshToken,
    });
    expect(status).toBe(200);
    const user = product.client.as(body.access_token);
    for (const _ of [1, 2]) expect((await listOf(user)).ids.toSorted()).toEqual(state.rooms.toSorted());
  });

  it('a requested code is sent and signs in', async () => {
    const { mobile_number } = state.code;
    await eventually(async () => (await product.client.get('/sandbox/sms')).text.includes(mobile_number));
    expect((await product.client.post('/auth/verify-otp', state.code)).status).toBe(200);
  });

  it('no job remains under an unread name', async () => {
    if (backend === 'postgres') {
      const left = () => product.rows(`select 1 from bullmq.job where state::text in ('waiting', 'active')`);
      return void (await eventually(left, (rows) => rows.length === 0));
    }
    // A renamed queue would be a new one: the names before and after must be the same.
    const names = (keys: string[]) => new Set(keys.map((key) => key.split(':').slice(0, 2).join(':')));
    const now = names(await keysOf(redisUrl(product.databaseUrl)));
    expect([...names(jobsBefore)].filter((name) => !now.has(name))).toEqual([]);
    const redis = new Redis(redisUrl(product.databaseUrl));
    for (const queue of ['replies', 'sms']) {
      const waiting = () => redis.llen(`{chat}:${queue}:wait`);
      await eventually(waiting, (length) => length === 0);
    }
    redis.disconnect();
  });
});

/** The queues' keys in a database of Redis. */
async function keysOf(url: string): Promise<string[]> {
  const redis = new Redis(url);
  const keys = await redis.keys('{chat*:meta');
  redis.disconnect();
  return keys;
}
