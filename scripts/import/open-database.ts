import type { Config } from '../../src/platform/config/config.js';
import { reachDatabase } from '../../src/app/prepare-database.js';

/** Where the import writes to. */
export interface Target {
  url: string;
  /** May a process hold lists that it must be told of? */
  hasCaches: boolean;
  stop: () => Promise<void>;
}

/**
 * The configured database; or the embedded one: started for the import, or, where the product runs, the one that runs.
 * @throws DataDirInUse where something else runs in DATA_DIR
 */
export async function openDatabase(config: Config, say: (line: string) => void): Promise<Target> {
  const { url, stop, isInUse } = await reachDatabase(config, say);
  // Without Redis several processes cache nothing; and the memory of the only one begins empty.
  return { url, stop, hasCaches: isInUse || config.redisUrl !== null };
}
