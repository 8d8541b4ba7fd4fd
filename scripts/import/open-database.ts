import type { Config } from '../../src/platform/config/config.js';
import { DataDirInUse } from '../../src/platform/database/embedded-owner.js';
import { runningEmbeddedUrl } from '../../src/platform/database/embedded-running.js';
import { assertMigrated } from '../../src/platform/database/migrate.js';
import { prepareDatabase } from '../../src/prepare-database.js';

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
  try {
    const { url, stop } = await prepareDatabase(config, say);
    // Without Redis several processes cache nothing; and the memory of the only one begins empty.
    return { url, stop, hasCaches: config.redisUrl !== null };
  } catch (error) {
    const url = error instanceof DataDirInUse ? await runningEmbeddedUrl(config.dataDir) : null;
    if (url === null) throw error;
    await assertMigrated(url);
    return { url, hasCaches: true, stop: () => Promise.resolve() };
  }
}
