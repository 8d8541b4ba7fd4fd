import { Agent, request, type RequestOptions } from 'node:http';
import { counterKey } from '../../src/platform/redis/redis-names.js';
import { backend } from './processes.js';
import { withRedis } from './product-redis.js';
import type { Product } from './product.js';

/** The statuses of `count` requests sent at once, over a hundred connections. */
export async function flood(
  url: string,
  count: number,
  headers: Record<string, string> | ((nth: number) => Record<string, string>) = {},
  method = 'GET',
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const headersOf = typeof headers === 'function' ? headers : () => headers;
  const requests = Array.from({ length: count }, (_, nth) =>
    statusOf(url, { agent, method, headers: headersOf(nth) }),
  );
  try {
    return await Promise.all(requests);
  } finally {
    agent.destroy();
  }
}

/** Number of admitted requests. */
export const passed = (statuses: number[]): number => statuses.filter((status) => status !== 429).length;

function statusOf(url: string, options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, options, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });
}

/** Ends the running minute of this key (`u:<user id>`, `a:<address>`). */
export async function endMinute(product: Product, key: string): Promise<void> {
  if (backend === 'redis') {
    await withRedis(product, ({ client, kind }) => client.pexpire(counterKey(kind, key), 1));
  } else await product.rows('update request_counters set window_ends_at = now() where key = $1', [key]);
}
