import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  startEmbeddedPostgres,
  type RunningPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { admin, ADMIN_URL, DATABASE_NUMBERS, REDIS_URL, TEMPLATE } from './servers.js';

interface Servers {
  postgres: RunningPostgres;
  redis: ChildProcess | null;
  dir: string;
}
const held = globalThis as { testServers?: Servers };

/** PostgreSQL's settings for some hundred small databases, whose data need not survive a power cut. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  checkpoint_timeout: '1h',
  max_wal_size: '1GB',
  shared_buffers: '256MB',
  max_connections: '400',
  // Its launcher would connect to one of the databases several times a second.
  autovacuum: 'off',
};

/** A folder in memory on Linux: making and deleting a database of 500 files takes a third of the time there. */
const MEMORY = '/dev/shm';
/** A run makes some 250 databases of 10 MB, and up to 1 GB of WAL. Containers often have 64 MB. */
const ROOM_BYTES = 6 * 2 ** 30;

function isRoomy(path: string): boolean {
  if (!existsSync(path)) return false;
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize > ROOM_BYTES;
}

/** Every project has the same set-up: the second one finds the servers running. */
export async function startServers({ redis }: { redis: boolean }): Promise<void> {
  const servers = (held.testServers ??= await startPostgres());
  if (redis) servers.redis ??= await startRedis(servers.dir);
}

async function startPostgres(): Promise<Servers> {
  const dir = mkdtempSync(join(isRoomy(MEMORY) ? MEMORY : tmpdir(), 'chat-e2e-'));
  chmodSync(dir, 0o755);
  const postgres = await startEmbeddedPostgres(dir, { settings: SETTINGS });
  process.env[ADMIN_URL] = postgres.url;
  const template = new URL(postgres.url);
  template.pathname = `/${TEMPLATE}`;
  await admin(postgres.url, `create database ${TEMPLATE}`);
  await admin(postgres.url, `create sequence ${DATABASE_NUMBERS}`);
  await migrate(template.href);
  const servers: Servers = { postgres, redis: null, dir };
  // Also when Jest ends before its tear-down.
  process.once('exit', () => {
    servers.redis?.kill('SIGKILL');
    postgres.kill();
  });
  return servers;
}

export async function stopServers(): Promise<void> {
  const servers = held.testServers;
  if (!servers) return;
  held.testServers = undefined;
  servers.redis?.kill('SIGTERM');
  await servers.postgres.stop();
  rmSync(servers.dir, { recursive: true, force: true });
}

async function startRedis(dir: string): Promise<ChildProcess> {
  const port = await freePort();
  const redis = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      dir,
      '--appendonly',
      'yes',
      '--maxmemory-policy',
      'noeviction',
      '--databases',
      '10000',
      '--save',
      '',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await new Promise<void>((resolve, reject) => {
    redis.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) resolve();
    });
    redis.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  redis.unref();
  process.env[REDIS_URL] = `redis://127.0.0.1:${port}`;
  return redis;
}
