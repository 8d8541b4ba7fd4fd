import type { QueueName } from '../queue/queue-facts.js';
import type { RedisTarget } from './redis-url.js';

type Kind = RedisTarget['kind'];

/**
 * The names of keys. On Redis Cluster a command's keys must share a hash tag (`{…}`), and all keys of one tag are on one
 * master: one tag a queue, one a counter and one a user's cached list (chatroom-list-cache.ts) spread the work. On one server, also behind Sentinel, a tag has no effect, and the
 * names stay as earlier versions wrote them: a rolling update, or its withdrawal, goes on with the same jobs and counters.
 */

/** The prefix of a queue's keys (BullMQ adds the queue's name). Never ioredis's `keyPrefix`: BullMQ refuses it. */
export const queuePrefix = (kind: Kind, queue: QueueName): string =>
  kind === 'cluster' ? `{chat:${queue}}` : '{chat}';

/** The counter of requests of one key (a user, an address). */
export const counterKey = (kind: Kind, key: string): string =>
  kind === 'cluster' ? `{rate:${key}}` : `{rate}:${key}`;

/** One channel a text, so that a process hears what its own readers follow and nothing else. */
export const textChannelName = (streamId: string): string => `{chat}:text:${streamId}`;

/** The hash tag of a key, or the key where it has none: what Cluster chooses the slot by. */
export function tagOf(key: string): string {
  const from = key.indexOf('{') + 1;
  const to = from === 0 ? -1 : key.indexOf('}', from);
  return to > from ? key.slice(from, to) : key;
}
