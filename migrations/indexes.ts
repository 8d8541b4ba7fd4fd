import type { QueryRunner } from 'typeorm';

/**
 * Builds an index of a table with many rows without holding up its writers. The migration sets `transaction = false`.
 * It waits for the transactions that began before it, so the lock timeout of migrations (src/platform/database/migrate.ts)
 * is off: nothing waits behind this lock. A build that was interrupted leaves an invalid index, which the next try replaces.
 * @param definition table, columns and condition
 */
export async function buildIndex(runner: QueryRunner, name: string, definition: string): Promise<void> {
  const [before] = (await runner.query('show lock_timeout')) as [{ lock_timeout: string }];
  await runner.query('set lock_timeout = 0');
  try {
    await runner.query(`drop index concurrently if exists ${name}`);
    await runner.query(`create index concurrently ${name} on ${definition}`);
  } finally {
    await runner.query(`set lock_timeout = '${before.lock_timeout}'`);
  }
}
