import { Logger } from '@nestjs/common';
import { Keyv, type KeyvStoreAdapter } from 'keyv';
import { CacheUnavailable, CacheStore } from './cache-store.js';
import { eraOf } from './redis-era.js';
import { hasRoom } from './redis-room.js';
import { TimeoutError, withTimeout } from '../concurrency/with-timeout.js';
import { openLink } from '../redis/redis-connections.js';
import type { RedisLink } from '../redis/redis-link.js';
import { parseRedisUrl } from '../redis/redis-url.js';

/** Timeout of an operation; a healthy Redis responds in less than one millisecond. */
const OPERATION_TIMEOUT_MS = 250;
/**
 * Interval of the probe that reads the incarnation. A silent Redis costs a quarter of a second to the requests in
 * flight, and nothing to the others.
 */
const PROBE_MS = 500;
/** How long a start waits for Redis, so that the first lists are cached, too. */
const FIRST_CONNECT_MS = 2000;

/** Reads of one event-loop turn, sent as one command, which costs little more than a single read. */
interface Turn {
  keys: string[];
  texts: Promise<(string | null)[]>;
}

/**
 * Cache in Redis, through Keyv. Commands fail at once while Redis is down. The first command that times out detects a
 * silent Redis; from then on only the probe asks it.
 */
export class RedisStore extends CacheStore {
  readonly keyv: Keyv<string>;
  private readonly logger = new Logger('Cache');
  private readonly link: RedisLink;
  private readonly prober: NodeJS.Timeout;
  private present: string | null = null;
  private isRoomy = true;
  /** Collects the reads of the running event-loop turn. */
  private turn: Turn | null = null;
  private probing: Promise<void> | null = null;

  constructor(url: string) {
    super();
    this.link = openLink(parseRedisUrl(url));
    this.link.onReady(() => void this.probe());
    this.link.onLost((error) => this.lost(error));
    this.keyv = textKeyv(this.link.keyvStore());
    this.prober = setInterval(() => void this.probe(), PROBE_MS).unref();
  }

  override get serverIncarnation(): string | null {
    return this.present;
  }

  override get hasRoom(): boolean {
    return this.isRoomy;
  }

  /** Resolves when the link has connected, or after {@link FIRST_CONNECT_MS}. */
  async open(): Promise<void> {
    const up = this.link.isReady
      ? this.probe()
      : new Promise<void>((resolve) => this.link.onReady(() => resolve(this.probe())));
    await withTimeout(up, FIRST_CONNECT_MS).catch((error: Error) => this.lost(error));
  }

  override close(): void {
    clearInterval(this.prober);
    this.present = null;
    this.link.close();
  }

  /** Reads without Keyv, whose wrapping costs as much as the read (npm run bench). */
  async getMany(keys: string[]): Promise<(string | null)[]> {
    if (this.present === null) throw new CacheUnavailable('away');
    const turn = (this.turn ??= this.beginTurn());
    const from = turn.keys.length;
    turn.keys.push(...keys);
    const texts = await turn.texts;
    return texts.slice(from, from + keys.length);
  }

  async set(key: string, text: string, ttlMs: number): Promise<void> {
    if (this.present === null) throw new CacheUnavailable('away');
    await this.guarded(this.keyv.set(key, text, ttlMs));
  }

  async delete(keys: string[]): Promise<void> {
    if (this.present === null) throw new CacheUnavailable('away');
    await this.guarded(this.keyv.deleteMany(keys));
  }

  private beginTurn(): Turn {
    const keys: string[] = [];
    const texts = new Promise<(string | null)[]>((resolve) => {
      // After the poll phase the turn has all requests that were read.
      setImmediate(() => {
        this.turn = null;
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
    if (error instanceof TimeoutError || !this.link.isReady) this.lost(error);
    return new CacheUnavailable(error.message, { cause: error });
  };

  /** Reads the incarnation and the memory use; one probe at a time. */
  private probe(): Promise<void> {
    if (!this.link.isReady) return Promise.resolve();
    this.probing ??= this.readEra().finally(() => (this.probing = null));
    return this.probing;
  }

  private async readEra(): Promise<void> {
    try {
      const infos = await withTimeout(
        this.link.infos(['server', 'replication', 'memory']),
        OPERATION_TIMEOUT_MS,
      );
      this.noteRoom(infos.every(hasRoom));
      this.found(eraOf(infos));
    } catch (error) {
      this.lost(error as Error);
    }
  }

  private noteRoom(isRoomy: boolean): void {
    if (this.isRoomy && !isRoomy)
      this.logger.warn(
        'Redis is half full, list cache stores no new lists: the queue needs the rest. Raise maxmemory.',
      );
    this.isRoomy = isRoomy;
  }

  private found(serverIncarnation: string | null): void {
    if (serverIncarnation === null)
      return this.lost(new Error('it does not tell its run_id and master_replid (INFO)'));
    if (this.present === null) this.logger.log('the cache is there');
    this.present = serverIncarnation;
  }

  private lost(error: Error): void {
    if (this.present !== null)
      this.logger.warn(`the cache is away, lists come from the database: ${error.message}`);
    this.present = null;
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
