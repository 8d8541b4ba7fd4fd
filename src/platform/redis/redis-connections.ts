import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { IoredisLink } from './ioredis-link.js';
import type { RedisLink } from './redis-link.js';
import type { RedisTarget, RedisTls } from './redis-url.js';
import { SingleLink } from './single-link.js';

/**
 * Opens every Redis connection, from one REDIS_URL (redis-url.ts) and under one set of outage rules. The boundaries check
 * forbids any other place (`redis-is-opened-in-one-place`).
 *
 * Two clients: node-redis for a single server, which is faster on the path of the cached list ({@link SingleLink});
 * ioredis for Cluster and Sentinel ({@link IoredisLink}) and for BullMQ, which requires it. Key names are in
 * redis-names.ts.
 *
 * Outage rules:
 * - A connection that does not open within two seconds is retried, first after 50 ms, then at most a second apart,
 *   without limit.
 * - A command that cannot be sent fails at once. There is no offline queue, so no request waits for Redis to return.
 * - A connection whose server has not responded for {@link SILENCE_MS} is closed, because a half-open connection raises no
 *   error by itself.
 *
 * Without Redis, each user of it has its own fallback: the list cache is bypassed, rate-limit counters count in memory,
 * readers of streams poll the row, and jobs are added again by the sweepers. No acknowledged message depends on Redis.
 */
const CONNECT_MS = 2000;
const retryDelayMs = (times: number): number => Math.min(50 * 2 ** Math.min(times, 5), 1000);
/** Interval of pings on an idle connection, so that its silence is noticed. */
const PING_MS = 2000;
const SILENCE_MS = 5000;
/** A worker's blocking read waits up to 5 s (drainDelay) for the next job. */
const WORKER_SILENCE_MS = 12_000;
/** Tries of a command during a failover of a Cluster, 100 ms apart, so that its caller waits at most half a second. */
const CLUSTER_TRIES = 5;
const CLUSTER_RETRY_MS = 100;
/** Interval of the slot refresh. It finds the new master even when no command is sent because the cache is bypassed. */
const SLOTS_MS = 2000;

/** Opens a link for the product's own commands: see {@link RedisLink}. */
export function openLink(target: RedisTarget): RedisLink {
  if (target.kind !== 'single')
    return new IoredisLink(() => openIoredis(target, { socketTimeout: SILENCE_MS }, SLOTS_MS));
  const { hosts, username, password, db, tls } = target;
  return new SingleLink({
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    database: db,
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: {
      ...hosts[0]!,
      ...(tls && { tls: true as const, ...tlsOptions(tls) }),
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: retryDelayMs,
    },
  });
}

/**
 * Opens a connection for BullMQ. Producers and workers share these settings (measured): without an offline queue
 * `queue.add` fails at once while Redis is down (otherwise it hangs), and a worker still survives a restart of Redis.
 */
export function openQueueClient(target: RedisTarget, connectionName?: string): Redis | Cluster {
  const client = openIoredis(target, {
    maxRetriesPerRequest: null, // required by BullMQ
    socketTimeout: WORKER_SILENCE_MS,
    ...(connectionName !== undefined && { connectionName }),
  });
  // A client without an error listener would end the process. BullMQ adds its own listener, which logs.
  client.on('error', () => undefined);
  return client;
}

function openIoredis(
  { kind, hosts, ...target }: RedisTarget,
  rules: RedisOptions,
  slotsRefreshInterval?: number,
): Redis | Cluster {
  const tls = target.tls && tlsOptions(target.tls);
  const options: RedisOptions = {
    ...rules,
    ...(target.username !== undefined && { username: target.username }),
    ...(target.password !== undefined && { password: target.password }),
    ...(tls && { tls }),
    connectTimeout: CONNECT_MS,
  };
  if (kind === 'cluster')
    return new Cluster(hosts, {
      redisOptions: options,
      enableOfflineQueue: false,
      clusterRetryStrategy: retryDelayMs,
      maxRedirections: CLUSTER_TRIES,
      retryDelayOnFailover: CLUSTER_RETRY_MS,
      retryDelayOnClusterDown: CLUSTER_RETRY_MS,
      slotsRefreshTimeout: CONNECT_MS,
      ...(slotsRefreshInterval !== undefined && { slotsRefreshInterval }),
      // A certificate carries host names, which a look-up would replace by addresses.
      ...(tls && {
        dnsLookup: (address: string, found: (error: null, address: string) => void) => found(null, address),
      }),
    });
  const single: RedisOptions = {
    ...options,
    db: target.db,
    enableOfflineQueue: false,
    retryStrategy: retryDelayMs,
  };
  if (kind === 'single') return new Redis({ ...single, ...hosts[0]! });
  const { master, username, password } = target.sentinel!;
  return new Redis({
    ...single,
    sentinels: hosts,
    name: master,
    role: 'master',
    sentinelRetryStrategy: retryDelayMs,
    sentinelCommandTimeout: CONNECT_MS,
    // READONLY: the former master is now a replica. A reconnect asks the Sentinels for the new master.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    failoverDetector: true,
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  });
}

/** @throws Error when a file cannot be read; the configuration has checked the files (environment.ts) */
function tlsOptions({ ca, cert, key, servername, verify }: RedisTls): ConnectionOptions {
  return {
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    ...(cert !== undefined && { cert: readFileSync(cert) }),
    ...(key !== undefined && { key: readFileSync(key) }),
    ...(servername !== undefined && { servername }),
    rejectUnauthorized: verify,
  };
}
