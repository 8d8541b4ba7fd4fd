import { assertSchemaCompatibility, SchemaMigrationRequiredError } from 'bullmq';
import { MIGRATIONS } from '../../../migrations/index.js';
import { createClient } from './connections.js';

/** Longer than that of requests: a start can wait for a connection. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The database lacks tables of this release. */
export class SchemaBehind extends Error {
  constructor(missing: string) {
    super(`The database lacks ${missing}. Run: npm run migrate`);
    this.name = 'SchemaBehind';
  }
}

/**
 * Asserts that the schemas of the product and of the queue are migrated: without its tables, a queue worker would loop and
 * use more and more memory instead of failing. A newer schema is accepted, because during a release the previous version
 * runs on it.
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
