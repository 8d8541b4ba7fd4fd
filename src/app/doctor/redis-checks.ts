import { randomBytes } from 'node:crypto';
import { withTimeout } from '../../platform/concurrency/with-timeout.js';
import { openLink, openQueueClient } from '../../platform/redis/redis-connections.js';
import type { RedisLink } from '../../platform/redis/redis-link.js';
import { describeRedis, parseRedisUrl, type RedisTarget } from '../../platform/redis/redis-url.js';
import { ok, type Check, type CheckGroup, type Finding } from './check.js';
import { verdictOfClock } from './clock-skew.js';
import { reasonOf } from './reason.js';
import {
  parseInfo,
  verdictOfAppendOnly,
  verdictOfEviction,
  verdictOfMasters,
  verdictOfMemory,
  verdictOfRedisError,
  verdictOfRedisVersion,
  verdictOfTopology,
  type Info,
} from './redis-verdicts.js';

const SERVICE = 'Redis';
const CONNECT = 'connection';
/** Two connect timeouts of the product's clients: a Cluster is asked for its nodes first. */
const CONNECT_MS = 5000;
const SECTIONS = ['server', 'persistence', 'memory', 'replication', 'cluster'];
/** The keys of the round trip expire by themselves if the doctor is killed. */
const KEY_TTL_MS = '10000';

/** The checks of REDIS_URL, through the product's own connections. */
export function redisChecks(url: string | null): CheckGroup {
  if (url === null)
    return {
      service: SERVICE,
      checks: [{ name: CONNECT, run: () => ok('none: PostgreSQL serves queue, cache and limits') }],
    };
  const target = parseRedisUrl(url);
  const link = openLink(target);
  let infos: Info[] = [];
  const check = (name: string, judge: (info: Info) => Finding): Check => ({
    name,
    needs: CONNECT,
    run: () => verdictOfMasters(infos, judge),
  });
  const checks: Check[] = [
    {
      name: CONNECT,
      run: async () => {
        const reason = await connect(link);
        if (reason !== null) return verdictOfRedisError(reason);
        infos = (await link.infos(SECTIONS)).map(parseInfo);
        return ok(describeRedis(target));
      },
    },
    { name: 'topology', needs: CONNECT, run: () => verdictOfTopology(target, infos) },
    check('version', verdictOfRedisVersion),
    check('append-only file', verdictOfAppendOnly),
    check('eviction', verdictOfEviction),
    check('memory', verdictOfMemory),
    { name: 'round trip', needs: CONNECT, run: () => roundTrip(link) },
    { name: 'queue client', needs: CONNECT, run: () => pingQueue(target) },
    { name: 'clock', needs: CONNECT, run: () => clockOf(link) },
  ];
  return { service: SERVICE, checks, close: () => link.close() };
}

/** Waits until commands can be sent. @returns null, or the newest reason why they cannot */
async function connect(link: RedisLink): Promise<string | null> {
  let reason = 'no answer';
  link.onLost((error) => {
    reason = reasonOf(error);
  });
  const ready = new Promise<void>((resolve) => (link.isReady ? resolve() : link.onReady(resolve)));
  return withTimeout(ready, CONNECT_MS).then(
    () => null,
    () => reason,
  );
}

/** Writes, reads and deletes a key, and sends a message to itself. */
async function roundTrip(link: RedisLink): Promise<Finding> {
  const name = `{chat}:doctor:${randomBytes(8).toString('hex')}`;
  const subscriber = link.newSubscriber();
  try {
    const startedMs = performance.now();
    await link.command('SET', name, name, 'PX', KEY_TTL_MS);
    const value = await link.command<string | null>('GET', name);
    await link.command('DEL', name);
    const ms = performance.now() - startedMs;
    if (value !== name) throw new Error('a key that was written cannot be read');
    await new Promise<void>((resolve) => (subscriber.isReady ? resolve() : subscriber.onReady(resolve)));
    const received = new Promise<void>((resolve) => {
      void subscriber.subscribe(name, () => resolve()).then(() => link.command('PUBLISH', name, 'doctor'));
    });
    await withTimeout(received, CONNECT_MS);
    return ok(`a key and a message came back; three commands took ${Math.ceil(ms)} ms`);
  } finally {
    subscriber.close();
  }
}

/** BullMQ has a client of its own kind, with its own TLS and Sentinel settings. */
async function pingQueue(target: RedisTarget): Promise<Finding> {
  const client = openQueueClient(target, 'chat-doctor');
  try {
    await new Promise<void>((resolve) => client.once('ready', () => resolve()));
    await client.ping();
    return ok('the client of the queue connects, too');
  } finally {
    client.disconnect();
  }
}

async function clockOf(link: RedisLink): Promise<Finding> {
  const askedMs = Date.now();
  const [seconds, micros] = await link.command<[string, string]>('TIME');
  const remoteMs = Number(seconds) * 1000 + Number(micros) / 1000;
  return verdictOfClock(SERVICE, { remoteMs, askedMs, answeredMs: Date.now() });
}
