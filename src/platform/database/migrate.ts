import { migrateQueueSchema } from '../queue/queue-backend.js';
import { openDataSource } from './data-source.js';

/**
 * Brings the schema up to date: ours and, for installations without Redis, BullMQ's. Safe to run twice and at once:
 * both take a lock.
 * @returns names of the migrations that were run
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const dataSource = await openDataSource({ url: databaseUrl, poolMax: 2, applicationName: 'chat-migrate' });
  try {
    // TypeORM itself does not serialise two runners: an advisory lock does ('chat' as a number).
    const runner = dataSource.createQueryRunner();
    await runner.query('select pg_advisory_lock(1667785076)');
    try {
      const done = await dataSource.runMigrations();
      await migrateQueueSchema(databaseUrl);
      return done.map(({ name }) => name);
    } finally {
      await runner.query('select pg_advisory_unlock(1667785076)');
      await runner.release();
    }
  } finally {
    await dataSource.destroy();
  }
}
