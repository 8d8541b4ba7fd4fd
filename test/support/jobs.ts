import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { queuePrefix } from '../../src/platform/redis/redis-names.js';
import type { QueueName } from '../../src/platform/queue/queue-facts.js';
import { backend } from './processes.js';
import { withRedis } from './product-redis.js';
import type { Product } from './product.js';

/** Deletes every job, like a Redis without persistence that is killed. */
export async function loseAllJobs(product: Product): Promise<void> {
  if (backend === 'postgres') {
    await product.rows('delete from bullmq.job');
    return;
  }
  await withRedis(product, ({ masters }) => Promise.all(masters.map((master) => master.flushdb())));
}

/**
 * Makes the chores fail while `work` runs: one of them deletes from this table, and nothing else does.
 * Several callers may do it at once.
 */
export async function whileChoresFail<T>(product: Product, work: () => Promise<T>): Promise<T> {
  const name = `refuse_${randomUUID().replaceAll('-', '')}`;
  await product.rows(
    `create trigger ${name} before delete on ended_identities for each statement execute function refuse_change()`,
  );
  try {
    return await work();
  } finally {
    await product.rows(`drop trigger ${name} on ended_identities`);
  }
}

/** Adds a job as its schedule would. @returns its id */
export async function addJob(product: Product, queue: QueueName, name: string): Promise<string> {
  const id = `test-${randomUUID()}`;
  if (backend === 'postgres') {
    await product.rows(
      `select bullmq.add_job($1, $2, $3, '{}'::jsonb, '{}'::jsonb, 0, 0::bigint,
         (extract(epoch from clock_timestamp()) * 1000)::bigint, 1, null, null, null, null, null, false)`,
      [queue, id, name],
    );
    return id;
  }
  await withRedis(product, async ({ client, kind }) => {
    const jobs = new Queue(queue, { connection: client, prefix: queuePrefix(kind, queue) });
    await jobs.add(name, {}, { jobId: id });
    await jobs.close();
  });
  return id;
}
