import {
  createIORedisClient,
  createPostgresBackend,
  RedisConnection,
  runMigrations,
  setDefaultBackendFactory,
  type BackendFactory,
} from 'bullmq';
import { createClient } from '../database/connections.js';
import { openQueueClient } from '../redis/redis-connections.js';
import type { RedisTarget } from '../redis/redis-url.js';
import { ReconnectingPool } from './reconnecting-pool.js';

/** Where the jobs are: a pool, or what stands for Redis where BullMQ wants options (its clients come from our factory). */
export type QueueConnection = ReconnectingPool | { maxRetriesPerRequest: null };

/**
 * A half-open link raises no error by itself: a client that is owed a response for this long reconnects. Longer than a worker
 * waits for a job (drainDelay, 5 s).
 */
const SILENCE_MS = 12_000;

/** Every Worker holds a slot for LISTEN; the rest is shared by queues and workers. */
const POOL_MAX = 14;

/** Chooses the backend for the whole process (`@nestjs/bullmq` knows only the default one) and gives its connection. */
export function openQueueConnection(databaseUrl: string, redis: RedisTarget | null): QueueConnection {
  if (redis) {
    setDefaultBackendFactory();
    // Each queue has a connection of its own, and each worker two: one of them waits for jobs.
    RedisConnection.clientFactory = ({ connectionName }) =>
      createIORedisClient(openQueueClient(redis, connectionName));
    return { maxRetriesPerRequest: null };
  }
  setDefaultBackendFactory(createPostgresBackend as unknown as BackendFactory);
  const pool = new ReconnectingPool({
    connectionString: databaseUrl,
    max: POOL_MAX,
    keepAlive: true,
    application_name: 'chat-queue',
    connectionTimeoutMillis: 2000,
    query_timeout: SILENCE_MS,
    // BullMQ pins no search_path on a pool that it is given. No commit of the queue waits for the disk: rows of ours are the
    // outbox, claims are fenced, and what a crash of the server forgets the sweepers add again. Adding a job notifies, and a
    // NOTIFY holds a lock of the whole database until its transaction is durable.
    options: '-c search_path=bullmq,public -c synchronous_commit=off',
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
export const isPostgres = (connection: QueueConnection): connection is ReconnectingPool =>
  connection instanceof ReconnectingPool;
