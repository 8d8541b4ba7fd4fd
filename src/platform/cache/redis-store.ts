import { Logger } from '@nestjs/common';
import { Keyv, type KeyvStoreAdapter } from 'keyv';
import { CacheUnavailable, CacheStore } from './cache-store.js';
import { eraOf } from './redis-era.js';
import { hasRoom } from './redis-room.js';
import { TimeoutError, withTimeout } from '../concurrency/with-timeout.js';
import { openLink } from '../redis/redis-connections.js';
import type { RedisLink } from '../redis/redis-link.js';
import { parseRedisUrl } from '../redis/redis-url.js';

/** Nobody waits longer for the cache than this; a Redis that is well answers in less than one. */
const PATIENCE_MS = 250;
/** How often the era is read: a Redis that went silent costs one request in flight a quarter of a second, the others none. */
const PROBE_MS = 500;
/** How long a start waits for Redis, so that the first lists are cached, too. */
const FIRST_CONNECT_MS = 2000;

/** Reads of one event-loop turn: one command, which costs little more than one of them would. */
interface Turn {
  keys: string[];
  texts: Promise<(string | null)[]>;
}

/**
 * Redis through Keyv. Commands fail at once while it is away; a Redis that is silent is found out by the first command
 * that waits in vain, and asked again by a probe alone.
 */
export class RedisStore extends CacheStore {
  readonly keyv: Keyv<string>;
  private readonly logger = new Logger('Cache');
  private readonly link: RedisLink;
  private readonly prober: NodeJS.Timeout;
  private present: string | null = null;
  private isRoomy = true;
  /** Collects this event-loop turn's reads. */
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

  /** Resolves when it has connected, or that has taken too long. */
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

  /** Past Keyv, whose wrapping of a read costs as much as the read (npm run bench): there is nothing to unwrap. */
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
      // After the poll phase: every request that was read in this turn is in it.
      setImmediate(() => {
        this.turn = null;
        resolve(this.guarded(this.link.getMany(keys)));
      });
    });
    return { keys, texts };
  }

  private guarded<T>(operation: Promise<T>): Promise<T> {
    return withTimeout(operation, PATIENCE_MS, this.toCacheUnavailable);
  }

  private readonly toCacheUnavailable = (error: Error): CacheUnavailable => {
    // A Redis that refuses one command (no memory left, read only) is there all the same.
    if (error instanceof TimeoutError || !this.link.isReady) this.lost(error);
    return new CacheUnavailable(error.message, { cause: error });
  };

  /** Reads the era, and how full Redis is; one reading at a time. */
  private probe(): Promise<void> {
    if (!this.link.isReady) return Promise.resolve();
    this.probing ??= this.readEra().finally(() => (this.probing = null));
    return this.probing;
  }

  private async readEra(): Promise<void> {
    try {
      const infos = await withTimeout(this.link.infos(['server', 'replication', 'memory']), PATIENCE_MS);
      this.noteRoom(infos.every(hasRoom));
      this.found(eraOf(infos));
    } catch (error) {
      this.lost(error as Error);
    }
  }

  private noteRoom(isRoomy: boolean): void {
    if (this.isRoomy && !isRoomy)
      this.logger.warn('Redis is half full: no lists are stored in it, because the queue needs the rest');
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

/** Texts in, texts out: Keyv's JSON around a body that is JSON already would cost more than Redis does. Redis itself ends them. */
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
