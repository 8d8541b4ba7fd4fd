import type { Redis } from 'ioredis';
import { backend } from './processes.js';
import { withRedis } from './product-redis.js';
import type { Product } from './product.js';

/** Every value of every row of one schema, as text. */
export async function everythingIn(product: Product, schema: string): Promise<string> {
  const tables = await product.rows<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname = $1`,
    [schema],
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await product.rows<{ text: string }>(`select to_jsonb(t)::text as text from ${name} t`);
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}

/** Everything stored in the queue: its tables, or its keys. */
export async function everythingQueued(product: Product): Promise<string> {
  if (backend === 'postgres') return everythingIn(product, 'bullmq');
  return withRedis(product, async ({ masters }) => (await Promise.all(masters.map(keysOf))).join('\n'));
}

/** Every key of a server, with its value. */
async function keysOf(redis: Redis): Promise<string> {
  const keys = await redis.keys('*');
  const texts: string[] = [];
  for (const key of keys) {
    const type = await redis.type(key);
    const value =
      type === 'hash'
        ? await redis.hgetall(key)
        : type === 'stream'
          ? await redis.xrange(key, '-', '+')
          : type === 'list'
            ? await redis.lrange(key, 0, -1)
            : type === 'string'
              ? await redis.get(key)
              : type;
    texts.push(`${key} ${JSON.stringify(value)}`);
  }
  return texts.join('\n');
}
