import { createPostgresBackend, runMigrations, setDefaultBackendFactory, type BackendFactory } from 'bullmq';
import type { RedisOptions } from 'ioredis';
import { createClient } from '../database/connections.js';
import { PatientPool } from './patient-pool.js';

/** Where the jobs are: a pool or the options of a Redis connection. */
export type QueueConnection = PatientPool | RedisOptions;

/**
 * A half-open link raises no error by itself: whoever is owed an answer for this long opens another. Longer than a worker
 * waits for a job (drainDelay, 5 s).
 */
const SILENCE_MS = 12_000;

/**
 * Commands of a producer fail at once while Redis is away (without this `queue.add` hangs), and the worker's
 * connection still survives a restart of Redis (measured: one setting is enough for both).
 */
const REDIS_OPTIONS: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: null,
  connectTimeout: 2000,
  socketTimeout: SILENCE_MS,
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 5), 1000),
};

/** Every Worker holds a slot for LISTEN; the rest is shared by queues and workers. */
const POOL_MAX = 14;

/** Chooses the backend for the whole process (`@nestjs/bullmq` knows only the default one) and gives its connection. */
export function openQueueConnection(databaseUrl: string, redisUrl: string | null): QueueConnection {
  if (redisUrl) {
    setDefaultBackendFactory();
    return { ...REDIS_OPTIONS, ...parseRedisUrl(redisUrl) };
  }
  setDefaultBackendFactory(createPostgresBackend as unknown as BackendFactory);
  const pool = new PatientPool({
    connectionString: databaseUrl,
    max: POOL_MAX,
    keepAlive: true,
    application_name: 'chat-queue',
    connectionTimeoutMillis: 2000,
    query_timeout: SILENCE_MS,
    // BullMQ pins no search_path on a pool that it is given.
    options: '-c search_path=bullmq,public',
  });
  // Each queue and each worker listens for errors of its own accord.
  pool.setMaxListeners(0);
  return pool;
}

/** Brings BullMQ's own schema up to date. Part of the migrate step, never of a start. */
export async function migrateQueueSchema(databaseUrl: string): Promise<void> {
  const client = createClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    await runMigrations(client, 'bullmq');
  } finally {
    await client.end();
  }
}

/** Is this connection PostgreSQL's? Then a job can be added inside a statement of ours. */
export const isPostgres = (connection: QueueConnection): connection is PatientPool =>
  connection instanceof PatientPool;

function parseRedisUrl(text: string): RedisOptions {
  const url = new URL(text);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : 6379,
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    ...(url.pathname.length > 1 && { db: Number(url.pathname.slice(1)) }),
    ...(url.protocol === 'rediss:' && { tls: {} }),
  };
}
