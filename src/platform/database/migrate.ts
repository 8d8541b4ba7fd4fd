import { DataSource } from 'typeorm';
import { migrateQueueSchema } from '../queue/queue-backend.js';
import { dataSourceOptions } from './data-source.js';

/** One connection holds the lock, the other runs the migrations. */
const POOL_MAX = 2;
/** Longer than that of requests: a deployment can wait for a connection. */
const CONNECT_TIMEOUT_MS = 10_000;
/** No timeout: a migration, or the wait for another runner, may take longer than any statement of a request. */
const NO_STATEMENT_TIMEOUT = 0;

/**
 * Migrates our schema and, for installations without Redis, BullMQ's. Safe to run twice and concurrently: both take a lock.
 * @returns names of the migrations that were run
 */
export function migrate(databaseUrl: string): Promise<string[]> {
  return underLock(databaseUrl, async (dataSource) => {
    const done = await dataSource.runMigrations();
    await migrateQueueSchema(databaseUrl);
    return done.map(({ name }) => name);
  });
}

/**
 * Reverts the newest migration; data in its tables and columns is lost. BullMQ's schema stays.
 * @returns its name; null when none was left
 */
export function revertNewest(databaseUrl: string): Promise<string | null> {
  return underLock(databaseUrl, async (dataSource) => {
    const [newest] = await dataSource.query<{ name: string }[]>(
      `select name from ${dataSource.options.migrationsTableName} order by id desc limit 1`,
    );
    if (!newest) return null;
    await dataSource.undoLastMigration();
    return newest.name;
  });
}

/**
 * Serialises runners by an advisory lock ('chat' as a number), because TypeORM has none
 * (https://github.com/typeorm/typeorm/issues/4588).
 */
async function underLock<T>(databaseUrl: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const options = dataSourceOptions({ url: databaseUrl, poolMax: POOL_MAX, applicationName: 'chat-migrate' });
  const dataSource = await new DataSource({
    ...options,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { statement_timeout: NO_STATEMENT_TIMEOUT, keepAlive: true },
  } as typeof options).initialize();
  try {
    const runner = dataSource.createQueryRunner();
    await runner.query('select pg_advisory_lock(1667785076)');
    try {
      return await work(dataSource);
    } finally {
      await runner.query('select pg_advisory_unlock(1667785076)');
      await runner.release();
    }
  } finally {
    await dataSource.destroy();
  }
}
