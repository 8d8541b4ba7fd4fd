import type { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/index.js';

/** The database lacks migrations that this code was written for. */
export class SchemaBehind extends Error {
  constructor(missing: string[]) {
    super(`The database lacks ${missing.length} migration(s): ${missing.join(', ')}. Run: npm run migrate`);
    this.name = 'SchemaBehind';
  }
}

/**
 * Lets a process start only on a schema that is there: on a missing one the queue's workers spin and grow instead of
 * failing. One that is newer is fine: during a release the version before runs on it, too.
 * @throws SchemaBehind
 */
export async function assertMigrated(dataSource: DataSource): Promise<void> {
  const [{ table }] = await dataSource.query<[{ table: string | null }]>(
    `select to_regclass('migrations') as "table"`,
  );
  const rows =
    table === null ? [] : await dataSource.query<{ name: string }[]>('select name from migrations');
  const done = new Set(rows.map(({ name }) => name));
  const missing = MIGRATIONS.map(({ name }) => name).filter((name) => !done.has(name));
  if (missing.length > 0) throw new SchemaBehind(missing);
}
