import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../platform/config/config.js';
import { DataDirInUse, ownDataDir } from '../platform/embedded-postgres/embedded-owner.js';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.js';
import { runningEmbeddedUrl } from '../platform/embedded-postgres/embedded-running.js';
import { migrate } from '../platform/database/migrate.js';
import { assertMigrated } from '../platform/database/schema-check.js';

/** A database that is ready for use. */
export interface ReadyDatabase {
  url: string;
  /** For logs and the banner, without credentials. */
  description: string;
  stop: () => Promise<void>;
}

/** A database that a command works on. */
export interface ReachedDatabase extends ReadyDatabase {
  /** True for the embedded database of a running process, which may hold state in memory. */
  isInUse: boolean;
}

/** The owner of a DATA_DIR may have just started: its PostgreSQL is up within a second, after `initdb` in two. */
const OWNER_STARTS_MS = 10_000;
const LOOK_MS = 50;

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
    await migrate(postgres.url, { say });
    return { url: postgres.url, description: `embedded PostgreSQL, data in ${config.dataDir}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The database of a command that works beside the product: the configured one; or the embedded one, either that of the
 * process that runs on the same DATA_DIR, or started for the time of the command.
 * @throws DataDirInUse when the process that holds the DATA_DIR has no database that this release can use
 */
export async function reachDatabase(config: Config, say: (line: string) => void): Promise<ReachedDatabase> {
  try {
    return { ...(await prepareDatabase(config, say)), isInUse: false };
  } catch (error) {
    const url = error instanceof DataDirInUse ? await runningUrl(config.dataDir) : null;
    if (url === null) throw error;
    const description = `embedded PostgreSQL of the running process, data in ${config.dataDir}`;
    return { url, description, isInUse: true, stop: () => Promise.resolve() };
  }
}

async function runningUrl(dataDir: string): Promise<string | null> {
  for (const until = Date.now() + OWNER_STARTS_MS; Date.now() < until; await pause(LOOK_MS)) {
    const url = await runningEmbeddedUrl(dataDir);
    if (url !== null && (await isMigrated(url))) return url;
  }
  return null;
}

const isMigrated = (url: string): Promise<boolean> =>
  assertMigrated(url).then(
    () => true,
    () => false,
  );
