import { once } from 'node:events';
import { Cluster, type Redis } from 'ioredis';
import { openQueueClient } from '../../src/platform/redis/redis-connections.js';
import { parseRedisUrl, type RedisTarget } from '../../src/platform/redis/redis-url.js';
import { redisUrl } from './processes.js';
import type { Product } from './product.js';

/** A product's Redis: one server, or the Cluster of a fleet. */
export interface ProductRedis {
  client: Redis | Cluster;
  kind: RedisTarget['kind'];
  /** The servers that hold its keys. */
  masters: Redis[];
}

/** Connects to the product's Redis while `work` runs. */
export async function withRedis<T>(
  product: Pick<Product, 'databaseUrl'>,
  work: (redis: ProductRedis) => Promise<T>,
): Promise<T> {
  const target = parseRedisUrl(redisUrl(product.databaseUrl));
  const client = openQueueClient(target);
  try {
    await once(client, 'ready');
    const masters = client instanceof Cluster ? client.nodes('master') : [client];
    return await work({ client, kind: target.kind, masters });
  } finally {
    client.disconnect();
  }
}
