import { Logger } from '@nestjs/common';
import { Keyv, type KeyvStoreAdapter } from 'keyv';
import { CacheUnavailable, CacheStore } from './cache-store.js';
import { incarnationOf } from './redis-incarnation.js';
import { hasFreeMemory } from './redis-memory.js';
import { TimeoutError, withTimeout } from '../concurrency/with-timeout.js';
import { openLink } from '../redis/redis-connections.js';
import type { RedisLink } from '../redis/redis-link.js';
import { parseRedisUrl } from '../redis/redis-url.js';

/** Timeout of an operation; a healthy Redis responds in less than one millisecond. */
const OPERATION_TIMEOUT_MS = 250;
/**
 * Interval of the probe that reads the incarnation. A Redis that stops responding delays the requests in flight by a quarter
 * of a second, and no others.
 */
const PROBE_MS = 500;
/** How long a start waits for Redis, so that the first lists are cached as well. */
const FIRST_CONNECT_MS = 2000;

/** Reads of one event-loop turn, sent as one command, which costs little more than a single read. */
interface PendingReads {
  keys: string[];
  texts: Promise<(string | null)[]>;
}

/**
 * Cache in Redis, through Keyv. Commands fail at once while Redis is down. When a command times out, the store counts as
 * down, and only the probe asks Redis until it responds.
 */
export class RedisStore extends CacheStore {
  readonly keyv: Keyv<string>;
  private readonly logger = new Logger('Cache');
  private readonly link: RedisLink;
  private readonly prober: NodeJS.Timeout;
  private incarnation: string | null = null;
  private hasMemory = true;
  /** Collects the reads of the running event-loop turn. */
  private pendingReads: PendingReads | null = null;
  private probing: Promise<void> | null = null;

  constructor(url: string) {
    super();
    this.link = openLink(parseRedisUrl(url));
    this.link.onReady(() => void this.probe());
    this.link.onLost((error) => this.setUnavailable(error));
    this.keyv = textKeyv(this.link.keyvStore());
    this.prober = setInterval(() => void this.probe(), PROBE_MS).unref();
  }

  override get serverIncarnation(): string | null {
    return this.incarnation;
  }

  override get hasFreeMemory(): boolean {
    return this.hasMemory;
  }

  /** Resolves when the link has connected, or after {@link FIRST_CONNECT_MS}. */
  async open(): Promise<void> {
    const up = this.link.isReady
      ? this.probe()
      : new Promise<void>((resolve) => this.link.onReady(() => resolve(this.probe())));
    await withTimeout(up, FIRST_CONNECT_MS).catch((error: Error) => this.setUnavailable(error));
  }

  override close(): void {
    clearInterval(this.prober);
    this.incarnation = null;
    this.link.close();
  }

  /** Reads without Keyv, whose wrapping costs as much as the read (npm run bench). */
  async getMany(keys: string[]): Promise<(string | null)[]> {
    if (this.incarnation === null) throw new CacheUnavailable('Redis is down');
    const pendingReads = (this.pendingReads ??= this.collectReads());
    const from = pendingReads.keys.length;
    pendingReads.keys.push(...keys);
    const texts = await pendingReads.texts;
    return texts.slice(from, from + keys.length);
  }

  async set(key: string, text: string, ttlMs: number): Promise<void> {
    if (this.incarnation === null) throw new CacheUnavailable('Redis is down');
    await this.guarded(this.keyv.set(key, text, ttlMs));
  }

  async delete(keys: string[]): Promise<void> {
    if (this.incarnation === null) throw new CacheUnavailable('Redis is down');
    await this.guarded(this.keyv.deleteMany(keys));
  }

  private collectReads(): PendingReads {
    const keys: string[] = [];
    const texts = new Promise<(string | null)[]>((resolve) => {
      // Runs after the poll phase, when all requests of this turn have added their reads.
      setImmediate(() => {
        this.pendingReads = null;
        resolve(this.guarded(this.link.getMany(keys)));
      });
    });
    return { keys, texts };
  }

  private guarded<T>(operation: Promise<T>): Promise<T> {
    return withTimeout(operation, OPERATION_TIMEOUT_MS, this.toCacheUnavailable);
  }

  private readonly toCacheUnavailable = (error: Error): CacheUnavailable => {
    // A Redis that refuses one command (out of memory, read only) is still available.
    if (error instanceof TimeoutError || !this.link.isReady) this.setUnavailable(error);
    return new CacheUnavailable(error.message, { cause: error });
  };

  /** Reads the incarnation and the memory use; one probe at a time. */
  private probe(): Promise<void> {
    if (!this.link.isReady) return Promise.resolve();
    this.probing ??= this.readIncarnation().finally(() => (this.probing = null));
    return this.probing;
  }

  private async readIncarnation(): Promise<void> {
    try {
      const infos = await withTimeout(
        this.link.infos(['server', 'replication', 'memory']),
        OPERATION_TIMEOUT_MS,
      );
      this.noteMemory(infos.every(hasFreeMemory));
      this.setAvailable(incarnationOf(infos));
    } catch (error) {
      this.setUnavailable(error as Error);
    }
  }

  private noteMemory(hasMemory: boolean): void {
    if (this.hasMemory && !hasMemory)
      this.logger.warn(
        'Redis is half full, list cache stores no new lists: the queue needs the rest. Raise maxmemory.',
      );
    this.hasMemory = hasMemory;
  }

  private setAvailable(serverIncarnation: string | null): void {
    if (serverIncarnation === null)
      return this.setUnavailable(new Error('INFO shows no run_id and master_replid'));
    if (this.incarnation === null) this.logger.log('Redis cache available');
    this.incarnation = serverIncarnation;
  }

  private setUnavailable(error: Error): void {
    if (this.incarnation !== null)
      this.logger.warn(`Redis cache unavailable, serving lists from PostgreSQL: ${error.message}`);
    this.incarnation = null;
  }
}

/** Stores texts as they are: Keyv's JSON around a JSON body would cost more than Redis. Redis expires them. */
function textKeyv(store: KeyvStoreAdapter): Keyv<string> {
  const keyv = new Keyv<string>({
    store,
    namespace: undefined,
    useKeyPrefix: false,
    throwOnErrors: true,
    serialize: ({ value }) => value as string,
    deserialize: (text) => ({ value: text as never, expires: undefined }),
  });
  keyv.on('error', () => undefined); // a failed command throws where it is awaited
  return keyv;
}
