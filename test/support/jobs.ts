import { Redis } from 'ioredis';
import { backend, redisUrl, type Product } from './product.js';

/** Takes every job away, as a Redis without persistence does when it is killed. */
export async function loseAllJobs(product: Product): Promise<void> {
  if (backend === 'postgres') {
    await product.rows('delete from bullmq.job');
    return;
  }
  const redis = new Redis(redisUrl(product.databaseUrl));
  await redis.flushdb();
  await redis.quit();
}
