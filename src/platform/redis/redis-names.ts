import type { QueueName } from '../queue/queue-facts.js';
import type { RedisTarget } from './redis-url.js';

type Kind = RedisTarget['kind'];

/**
 * Names of keys. On Redis Cluster all keys of a command must share a hash tag (`{…}`), and all keys of one tag are on
 * one master: one tag per queue, per counter and per user's cached list (chatroom-list-cache.ts) spreads the work. On a
 * single server and behind Sentinel a tag has no effect, and the names stay those of earlier versions, so that a
 * rolling update or a rollback continues with the same jobs and counters.
 */

/** The prefix of a queue's keys (BullMQ adds the queue's name). Never ioredis's `keyPrefix`: BullMQ refuses it. */
export const queuePrefix = (kind: Kind, queue: QueueName): string =>
  kind === 'cluster' ? `{chat:${queue}}` : '{chat}';

/** The counter of requests of one key (a user, an address). */
export const counterKey = (kind: Kind, key: string): string =>
  kind === 'cluster' ? `{rate:${key}}` : `{rate}:${key}`;

/** One channel per text, so that a process receives only the texts that its own readers follow. */
export const textChannelName = (streamId: string): string => `{chat}:text:${streamId}`;

/**
 * The one channel of events that follow a commit: every process of the deployment receives it. Channels do not belong to a
 * numbered database as keys do, so the name contains the number: deployments that share a server receive only their own events.
 */
export const busChannelName = (db: number): string => `{chat}:bus:${db}`;

/** The hash tag of a key, else the key itself: Cluster derives the slot from it. */
export function tagOf(key: string): string {
  const from = key.indexOf('{') + 1;
  const to = from === 0 ? -1 : key.indexOf('}', from);
  return to > from ? key.slice(from, to) : key;
}
