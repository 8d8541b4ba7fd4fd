import { createHash } from 'node:crypto';
import { counterKey } from '../redis/redis-names.js';
import type { Redis } from '../redis/redis.js';
import { RequestCounters, type Count } from './request-counters.js';

/** One script a batch. It sets the expiry with the first hit, so that no counter stays without one. */
const SCRIPT = `
  local counts = {}
  for i, key in ipairs(KEYS) do
    local hits = redis.call('incrby', key, ARGV[i + 1])
    local left = redis.call('pttl', key)
    if left < 0 then
      redis.call('pexpire', key, ARGV[1])
      left = tonumber(ARGV[1])
    end
    counts[#counts + 1] = hits
    counts[#counts + 1] = left
  end
  return counts`;
const SHA = createHash('sha1').update(SCRIPT).digest('hex');
/** Request counters in Redis. */
export class RedisCounters extends RequestCounters {
  /** Redis responds in order, so a few batches may be in flight at once. */
  override readonly concurrency = 4;

  constructor(private readonly redis: Redis) {
    super();
  }

  override async add(keys: string[], hits: number[], windowMs: number): Promise<Count[]> {
    // On Cluster a script may touch one slot only: each counter has a call of its own, and all are sent together.
    if (this.redis.kind === 'cluster' && keys.length > 1) {
      const counts = keys.map((key, index) => this.add([key], [hits[index]!], windowMs));
      return (await Promise.all(counts)).flat();
    }
    const words = [
      String(keys.length),
      ...keys.map((key) => counterKey(this.redis.kind, key)),
      String(windowMs),
      ...hits.map(String),
    ];
    const flat = await this.run(words);
    return keys.map((_, index) => ({ hits: flat[2 * index]!, endsInMs: flat[2 * index + 1]! }));
  }

  /** Nothing to close: the connection belongs to the process. */
  override async close(): Promise<void> {}

  private async run(words: string[]): Promise<number[]> {
    try {
      return await this.redis.command<number[]>('EVALSHA', SHA, ...words);
    } catch (error) {
      // A restarted Redis has lost the script.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return this.redis.command<number[]>('EVAL', SCRIPT, ...words);
    }
  }
}
