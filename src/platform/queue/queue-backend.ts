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
import { QUEUES } from './queue-facts.js';
import { ReconnectingPool } from './reconnecting-pool.js';

/** Connection option of BullMQ: a pool, or the options for Redis, whose clients come from our factory. */
export type QueueConnection = ReconnectingPool | { maxRetriesPerRequest: null };

/**
 * A client that waits this long for a response reconnects, because a half-open connection raises no error. Longer than a
 * worker's blocking wait for a job (drainDelay, 5 s).
 */
const SILENCE_MS = 12_000;

/**
 * Size of the pool: each queue's worker holds one connection for LISTEN, queues and workers share the other four. Every idle
 * one holds 3 MB of PostgreSQL's memory.
 */
const POOL_MAX = Object.keys(QUEUES).length + 4;

/** The pool of this process's queues: there is one, as BullMQ has one default backend. */
let openedPool: ReconnectingPool | null = null;

/** Sets BullMQ's default backend of the process, the only one that `@nestjs/bullmq` uses, and returns its connection. */
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
    // BullMQ sets no search_path on a pool that it did not open. Commits of the queue do not wait for the disk: adding a job
    // notifies, and NOTIFY holds a lock of the whole database until its transaction is durable. A crash of the server may
    // lose jobs; the rows are the outbox, and the sweepers add the jobs again.
    options: '-c search_path=bullmq,public -c synchronous_commit=off',
  });
  // Each queue and each worker adds an error listener.
  pool.setMaxListeners(0);
  openedPool = pool;
  return pool;
}

/** Closes the queues' connections after a start that failed before an application existed to close. */
export const abandonQueueConnections = async (): Promise<void> => openedPool?.abandon();

/** Migrates BullMQ's own schema, in transactions. Part of the migrate step, never of a start. */
export async function migrateQueueSchema(databaseUrl: string, lockTimeoutMs: number): Promise<void> {
  const client = createClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`set statement_timeout = 0; set lock_timeout = ${lockTimeoutMs}`);
    await runMigrations(client, 'bullmq');
  } finally {
    await client.end();
  }
}

/** True for a queue on PostgreSQL. */
export const isPostgres = (connection: QueueConnection): connection is ReconnectingPool =>
  connection instanceof ReconnectingPool;
