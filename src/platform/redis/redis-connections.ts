import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { IoredisLink } from './ioredis-link.js';
import type { RedisLink } from './redis-link.js';
import type { RedisTarget, RedisTls } from './redis-url.js';
import { SingleLink } from './single-link.js';

/**
 * Every connection to Redis is opened here, under one set of rules for outages: it connects within two seconds or tries
 * again, at first after 50 ms and at most a second apart, for ever; a command that cannot be sent fails at once instead of
 * waiting in a queue; and a server that is owed an answer for {@link SILENCE_MS} is given up, because a half-open
 * connection raises no error by itself. The boundaries check forbids any other way (`redis-is-opened-in-one-place`).
 */
const CONNECT_MS = 2000;
const retryDelayMs = (times: number): number => Math.min(50 * 2 ** Math.min(times, 5), 1000);
/** An idle connection is asked something so often, so that its silence is noticed. */
const PING_MS = 2000;
const SILENCE_MS = 5000;
/** A worker waits for its next job for 5 s (drainDelay) without an answer. */
const WORKER_SILENCE_MS = 12_000;
/** A command that meets a Cluster in change is tried so often, 100 ms apart; its caller waits no longer than half a second. */
const CLUSTER_TRIES = 5;
const CLUSTER_RETRY_MS = 100;
/** A master that was lost is looked for so often: no command finds it again while the cache is bypassed because of it. */
const SLOTS_MS = 2000;

/** For the product's own commands: see {@link RedisLink}. */
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
 * For BullMQ. One setting is enough for producers and workers (measured): without an offline queue `queue.add` fails at
 * once while Redis is away (else it hangs), and a worker survives a restart of Redis all the same.
 */
export function openQueueClient(target: RedisTarget, connectionName?: string): Redis | Cluster {
  const client = openIoredis(target, {
    maxRetriesPerRequest: null, // BullMQ insists
    socketTimeout: WORKER_SILENCE_MS,
    ...(connectionName !== undefined && { connectionName }),
  });
  // BullMQ listens as well, and tells; but a client without any listener would end the process.
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
      // A certificate carries names, which a look-up would replace by addresses.
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
    // A master that has become a replica refuses writes: the Sentinels know the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    failoverDetector: true,
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  });
}

/** @throws Error when a file cannot be read; the configuration has looked (environment.ts) */
function tlsOptions({ ca, cert, key, servername, verify }: RedisTls): ConnectionOptions {
  return {
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    ...(cert !== undefined && { cert: readFileSync(cert) }),
    ...(key !== undefined && { key: readFileSync(key) }),
    ...(servername !== undefined && { servername }),
    rejectUnauthorized: verify,
  };
}
