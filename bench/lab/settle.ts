import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { rows } from './lab.js';
import type { Backing } from './product.js';
import { withRedis } from './redis.js';

const END_REPLIES = `update messages set status = 'completed', completed_at = now() where completed_at is null`;
/** Approximate duration of a short answer. */
const ANSWER_MS = 250;

/**
 * Ends every live reply again and again, as workers would, at the price of one statement; both contenders pay it.
 * @returns `pid` of PostgreSQL's process that does so
 */
export async function standInForWorkers(
  databaseUrl: string,
): Promise<{ pid: number; stop: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows: own } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      await client.query(END_REPLIES);
      await pause(ANSWER_MS);
    }
  })();
  return {
    pid: own[0]!.pid,
    stop: async () => {
      stopping.abort();
      await work;
      await client.end();
    },
  };
}

/**
 * Ends the remaining replies and deletes the jobs, so that every room is ready for its next message. Then a checkpoint,
 * so that the writes of one run do not cause one during the next.
 */
export async function settle({ databaseUrl, redisUrl }: Backing): Promise<void> {
  await rows(databaseUrl, END_REPLIES);
  await rows(databaseUrl, 'truncate bullmq.job cascade');
  if (redisUrl !== null) await withRedis(redisUrl, (redis) => redis.flushDb());
  await rows(databaseUrl, 'checkpoint');
}
