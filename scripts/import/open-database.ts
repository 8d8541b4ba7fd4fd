import type { Config } from '../../src/platform/config/config.js';
import { reachDatabase } from '../../src/app/prepare-database.js';

/** The database to import into. */
export interface Target {
  url: string;
  /** True if a process may hold cached lists. */
  hasCaches: boolean;
  stop: () => Promise<void>;
}

/**
 * Opens the configured database, or the embedded one: that of the running product, or one started for the import.
 * @throws DataDirInUse when a process without such a database holds DATA_DIR
 */
export async function openDatabase(config: Config, say: (line: string) => void): Promise<Target> {
  const { url, stop, isInUse } = await reachDatabase(config, say);
  // False without Redis: several processes then cache nothing, and a single process starts with an empty memory.
  return { url, stop, hasCaches: isInUse || config.redisUrl !== null };
}
