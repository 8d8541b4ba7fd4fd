import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { queuePrefix } from '../../src/platform/redis/redis-names.js';
import type { QueueName } from '../../src/platform/queue/queue-facts.js';
import { backend, redisUrl, type Product } from './product.js';

/** Deletes every job, like a Redis without persistence that is killed. */
export async function loseAllJobs(product: Product): Promise<void> {
  if (backend === 'postgres') {
    await product.rows('delete from bullmq.job');
    return;
  }
  const redis = new Redis(redisUrl(product.databaseUrl));
  await redis.flushdb();
  await redis.quit();
}

/** Adds a job as its schedule would. */
export async function addJob(product: Product, queue: QueueName, name: string): Promise<void> {
  if (backend === 'postgres') {
    await product.rows(
      `select bullmq.add_job($1, $2, $3, '{}'::jsonb, '{}'::jsonb, 0, 0::bigint,
         (extract(epoch from clock_timestamp()) * 1000)::bigint, 1, null, null, null, null, null, false)`,
      [queue, `test-${randomUUID()}`, name],
    );
    return;
  }
  const connection = new Redis(redisUrl(product.databaseUrl), { maxRetriesPerRequest: null });
  const jobs = new Queue(queue, { connection, prefix: queuePrefix('single', queue) });
  await jobs.add(name, {}, { jobId: `test-${randomUUID()}` });
  await jobs.close();
  await connection.quit();
}
