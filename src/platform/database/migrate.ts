import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, MigrationExecutor, QueryFailedError, type QueryRunner } from 'typeorm';
import { migrateQueueSchema } from '../queue/queue-backend.js';
import { DatabaseError } from './connections.js';
import { dataSourceOptions } from './data-source.js';

/** One connection holds the lock and runs the migrations, so that its settings hold for both. */
const POOL_MAX = 1;
/** Longer than that of requests: a deployment can wait for a connection. */
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * How long a migration waits for a lock. While `alter table` waits, every later statement on the table waits behind it, reads
 * included. Shorter than the 5 s that statements of requests wait (data-source.ts), so that they are late, not refused.
 */
const LOCK_TIMEOUT_MS = 2000;
/** With the pause 2 min 20 s in all: longer than most transactions, shorter than the 5 min that deploy.md gives the Job. */
const TRIES = 20;
/** Pause between two tries: the statements that waited for 2 s catch up in it. */
const PAUSE_MS = 5000;
/** How soon a runner sees that the other one has ended. */
const LOCK_PAUSE_MS = 100;
/** SQLSTATE lock_not_available and deadlock_detected. */
const LOST_LOCKS = new Set<string | undefined>(['55P03', '40P01']);

/** How a migration behaves while another transaction holds a lock that it needs. */
export interface MigrateOptions {
  /** Receives a line for each try that did not get its lock. */
  say?: (line: string) => void;
  tries?: number;
  pauseMs?: number;
}

/** Another transaction held a lock during every try. The schema is unchanged since the last migration that ended. */
export class MigrationBlocked extends Error {}

/**
 * Migrates our schema and, for installations without Redis, BullMQ's. Safe to run twice and concurrently: both take a lock.
 * @returns names of the migrations that were run
 * @throws MigrationBlocked
 */
export function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  return underLock(databaseUrl, async (executor) => {
    // Read before the first try: a try that fails may have ended some migrations.
    const pending = await executor.getPendingMigrations();
    await retryOnLock(options, () => executor.executePendingMigrations());
    await retryOnLock(options, () => migrateQueueSchema(databaseUrl, LOCK_TIMEOUT_MS));
    return pending.map(({ name }) => name);
  });
}

/**
 * Reverts the newest migration; data in its tables and columns is lost. BullMQ's schema stays.
 * @returns its name; null when none was left
 * @throws MigrationBlocked
 */
export function revertNewest(databaseUrl: string, options: MigrateOptions = {}): Promise<string | null> {
  return underLock(databaseUrl, async (executor, runner) => {
    const { dataSource } = runner;
    const [newest] = await dataSource.query<{ name: string }[]>(
      `select name from ${dataSource.options.migrationsTableName} order by id desc limit 1`,
      [],
      runner,
    );
    if (!newest) return null;
    await retryOnLock(options, () => executor.undoLastMigration());
    return newest.name;
  });
}

/** Repeats work that rolls itself back when it does not get a lock in time. */
async function retryOnLock<T>(
  { say = () => undefined, tries = TRIES, pauseMs = PAUSE_MS }: MigrateOptions,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      const what = `Another transaction holds a lock that the migration needs (try ${attempt} of ${tries}).`;
      if (attempt >= tries)
        throw new MigrationBlocked(`${what} End it (pg_stat_activity, by xact_start) and migrate again.`);
      say(`${what} Next try in ${pauseMs / 1000} s; meanwhile the product works.`);
      await pause(pauseMs);
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof DatabaseError && LOST_LOCKS.has(cause.code);
}

/**
 * Waits for the other runner by asking again: an index that it builds beside its writers waits for every transaction with a
 * snapshot, so also for a runner that waits in `pg_advisory_lock`, and PostgreSQL would end one of them as a deadlock.
 */
async function takeLock(runner: QueryRunner): Promise<void> {
  for (;;) {
    const [row] = (await runner.query('select pg_try_advisory_lock(1667785076) as taken')) as [
      { taken: boolean },
    ];
    if (row.taken) return;
    await pause(LOCK_PAUSE_MS);
  }
}

/**
 * Serialises runners by an advisory lock ('chat' as a number), because TypeORM has none
 * (https://github.com/typeorm/typeorm/issues/4588).
 */
async function underLock<T>(
  databaseUrl: string,
  work: (executor: MigrationExecutor, runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const options = dataSourceOptions({ url: databaseUrl, poolMax: POOL_MAX, applicationName: 'chat-migrate' });
  const dataSource = await new DataSource({
    ...options,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { keepAlive: true },
  } as typeof options).initialize();
  try {
    const runner = dataSource.createQueryRunner();
    // Neither a data migration nor the wait for another runner is limited. By SET: a setting of the role or of the database, or
    // a pooler that drops start-up parameters, does not change it.
    await runner.query('set statement_timeout = 0; set lock_timeout = 0');
    await takeLock(runner);
    try {
      await runner.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      return await work(executor, runner);
    } finally {
      await runner.query('select pg_advisory_unlock(1667785076)');
      await runner.release();
    }
  } finally {
    await dataSource.destroy();
  }
}
