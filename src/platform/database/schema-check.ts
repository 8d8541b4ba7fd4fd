import { assertSchemaCompatibility, SchemaMigrationRequiredError } from 'bullmq';
import { MIGRATIONS } from '../../../migrations/index.js';
import { createClient } from './connections.js';

/** Unlike a request, a start has time to wait for a connection. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The database lacks tables that this release was written for. */
export class SchemaBehind extends Error {
  constructor(missing: string) {
    super(`The database lacks ${missing}. Run: npm run migrate`);
    this.name = 'SchemaBehind';
  }
}

/**
 * Lets a process start only on a schema that is there, its own and the queue's: on a missing one the queue's workers spin
 * and grow instead of failing. A newer schema is fine: during a release the version before runs on it, too.
 * @throws SchemaBehind; an error of `pg` when the database cannot be reached
 */
export async function assertMigrated(databaseUrl: string): Promise<void> {
  const client = createClient({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ migrations: string | null }>(
      `select to_regclass('migrations') as migrations`,
    );
    const { rows } =
      tables[0]!.migrations === null
        ? { rows: [] }
        : await client.query<{ name: string }>('select name from migrations');
    const done = new Set(rows.map(({ name }) => name));
    const missing = MIGRATIONS.map(({ name }) => name).filter((name) => !done.has(name));
    if (missing.length > 0) throw new SchemaBehind(`${missing.length} migration(s): ${missing.join(', ')}`);
    await assertSchemaCompatibility(client);
  } catch (error) {
    throw error instanceof SchemaMigrationRequiredError ? new SchemaBehind("the queue's tables") : error;
  } finally {
    await client.end();
  }
}
