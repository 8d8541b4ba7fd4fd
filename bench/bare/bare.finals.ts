import { createClient } from '@keyv/redis';
import pg from 'pg';

const CHANNEL = 'bare_finals';

/** Carries the ids of final replies, and pieces of texts, from the bare worker to the bare server. */
export interface Finals {
  publish: (replyId: string) => Promise<unknown>;
  publishText: (lines: string[]) => Promise<unknown>;
  /** Calls `handler` with every final reply. */
  subscribe: (handler: (replyId: string) => void) => Promise<void>;
}

export const openFinals = (pool: pg.Pool, databaseUrl: string, redisUrl: string | null): Promise<Finals> =>
  redisUrl === null ? overPostgres(pool, databaseUrl) : overRedis(redisUrl);

async function overRedis(url: string): Promise<Finals> {
  const [publisher, subscriber] = [createClient({ url }), createClient({ url })];
  await Promise.all([publisher.connect(), subscriber.connect()]);
  return {
    publish: (replyId) => publisher.publish(CHANNEL, replyId),
    publishText: (lines) =>
      Promise.all(lines.map((line) => publisher.publish(line.slice(0, line.indexOf(':')), line))),
    subscribe: (handler) => subscriber.subscribe(CHANNEL, handler),
  };
}

/** By transactions that do not wait for the disk, as in the product. */
async function overPostgres(pool: pg.Pool, databaseUrl: string): Promise<Finals> {
  const notify = (channel: string, messages: string[]) =>
    pool.query({
      name: 'bare-notify',
      text: `select set_config('synchronous_commit', 'off', true), pg_notify($1, message) from unnest($2::text[]) as message`,
      values: [channel, messages],
    });
  return {
    publish: (replyId) => notify(CHANNEL, [replyId]),
    publishText: (lines) => notify('bare_texts', lines),
    subscribe: async (handler) => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      client.on('notification', ({ payload }) => handler(payload!));
      await client.query(`listen ${CHANNEL}`);
      await client.query('listen bare_texts');
    },
  };
}
