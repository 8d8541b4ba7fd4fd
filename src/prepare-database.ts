import type { Config } from './platform/config/config.js';
import { ownDataDir } from './platform/database/embedded-owner.js';
import { startEmbeddedPostgres } from './platform/database/embedded-postgres.js';
import { assertMigrated, migrate } from './platform/database/migrate.js';

/** A database that is ready for use. */
export interface ReadyDatabase {
  url: string;
  /** For people, without credentials. */
  description: string;
  stop: () => Promise<void>;
}

/** The database of this process: the configured one, or the embedded one, started and migrated. */
export async function prepareDatabase(config: Config, say: (line: string) => void): Promise<ReadyDatabase> {
  if (config.database.url) {
    await assertMigrated(config.database.url);
    const { host, pathname } = new URL(config.database.url);
    return {
      url: config.database.url,
      description: `PostgreSQL at ${host}${pathname}`,
      stop: () => Promise.resolve(),
    };
  }
  const stops = [await ownDataDir(config.dataDir)];
  const stop = async () => {
    for (const undo of stops.toReversed()) await undo();
  };
  try {
    const postgres = await startEmbeddedPostgres(config.dataDir, { log: say });
    stops.push(postgres.stop);
    await migrate(postgres.url);
    return { url: postgres.url, description: `embedded PostgreSQL, data in ${config.dataDir}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
