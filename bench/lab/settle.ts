import { rows } from './lab.js';
import type { Backing } from './product.js';
import { withRedis } from './redis.js';

/**
 * Ends what no worker ended: replies become final, jobs go, so that every room is ready for its next message. Then a
 * checkpoint, so that none falls into the turn that follows because of the turn before.
 */
export async function settle({ databaseUrl, redisUrl }: Backing): Promise<void> {
  await rows(
    databaseUrl,
    `update messages set status = 'completed', completed_at = now() where completed_at is null`,
  );
  await rows(databaseUrl, 'truncate bullmq.job cascade');
  if (redisUrl !== null) await withRedis(redisUrl, (redis) => redis.flushDb());
  await rows(databaseUrl, 'checkpoint');
}
