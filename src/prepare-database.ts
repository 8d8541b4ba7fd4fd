import { startEmbeddedPostgres } from './platform/database/embedded-postgres.js';
import type { Config } from './platform/config/config.js';
import { migrate } from './platform/database/migrate.js';

/** The database of this process: the configured one, or the embedded one, started and migrated. */
export async function prepareDatabase(
  config: Config,
  log: (line: string) => void,
): Promise<{ url: string; stop: () => Promise<void> }> {
  if (config.database.url) return { url: config.database.url, stop: () => Promise.resolve() };
  const postgres = await startEmbeddedPostgres(config.dataDir, { log });
  await migrate(postgres.url);
  return postgres;
}
