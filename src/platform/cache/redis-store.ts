import { Logger } from '@nestjs/common';
import KeyvRedis, { createClient, Keyv, type RedisClientType } from '@keyv/redis';
import { CacheAway, CacheStore } from './cache-store.js';
import { eraOf } from './redis-era.js';
import { hasRoom } from './redis-room.js';
import { TooLate, within } from '../concurrency/within.js';

/** Nobody waits longer for the cache than this; a Redis that is well answers in less than one. */
const PATIENCE_MS = 250;
/** How often the era is read: a Redis that went silent costs one request in flight a quarter of a second, the others none. */
const PROBE_MS = 500;
/** Five seconds of silence on a connection that is open: its other end is gone, open another. */
const PROBES_BEFORE_RECONNECT = 10;
/** How long a start waits for Redis, so that the first lists are cached, too. */
const FIRST_CONNECT_MS = 2000;

/** Keyv's Redis adapter on a connection that is this store's to close: `@nestjs/cache-manager` closes too early, before requests have drained. */
class Adapter extends KeyvRedis<string> {
  override async disconnect(): Promise<void> {}
}

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
  private readonly client: RedisClientType;
  private readonly prober: NodeJS.Timeout;
  private present: string | null = null;
  private isRoomy = true;
  /** Collects this event-loop turn's reads. */
  private turn: Turn | null = null;
  private probing: Promise<void> | null = null;
  private silentProbes = 0;

  constructor(url: string) {
    super();
    this.client = createClient({
      url,
      disableOfflineQueue: true,
      socket: {
        connectTimeout: 2000,
        reconnectStrategy: (retries: number) => Math.min(50 * 2 ** Math.min(retries, 5), 1000),
      },
    });
    this.client.on('ready', () => void this.probe());
    this.client.on('error', (error: Error) => this.lost(error));
    this.keyv = textKeyv(new Adapter(this.client, { throwOnErrors: true, throwOnConnectError: true }));
    this.prober = setInterval(() => void this.probe(), PROBE_MS).unref();
  }

  override get era(): string | null {
    return this.present;
  }

  override get hasRoom(): boolean {
    return this.isRoomy;
  }

  /** Connects, and goes on doing so; resolves when that has succeeded or has taken too long. */
  async open(): Promise<void> {
    const up = new Promise<void>((resolve) => this.client.once('ready', () => resolve(this.probe())));
    this.client.connect().catch((error: Error) => this.lost(error));
    await within(up, FIRST_CONNECT_MS).catch((error: Error) => this.lost(error));
  }

  override close(): void {
    clearInterval(this.prober);
    this.present = null;
    if (this.client.isOpen) this.client.destroy();
  }

  /** Past Keyv, whose wrapping of a read costs as much as the read (npm run bench): there is nothing to unwrap. */
  async getMany(keys: string[]): Promise<(string | null)[]> {
    if (this.present === null) throw new CacheAway('away');
    const turn = (this.turn ??= this.beginTurn());
    const from = turn.keys.length;
    turn.keys.push(...keys);
    const texts = await turn.texts;
    return texts.slice(from, from + keys.length);
  }

  async set(key: string, text: string, ttlMs: number): Promise<void> {
    if (this.present === null) throw new CacheAway('away');
    await this.heard(this.keyv.set(key, text, ttlMs));
  }

  async delete(keys: string[]): Promise<void> {
    if (this.present === null) throw new CacheAway('away');
    await this.heard(this.keyv.deleteMany(keys));
  }

  private beginTurn(): Turn {
    const keys: string[] = [];
    const texts = new Promise<(string | null)[]>((resolve) => {
      // After the poll phase: every request that was read in this turn is in it.
      setImmediate(() => {
        this.turn = null;
        resolve(this.heard(this.client.mGet(keys)));
      });
    });
    return { keys, texts };
  }

  private heard<T>(operation: Promise<T>): Promise<T> {
    return within(operation, PATIENCE_MS, this.toCacheAway);
  }

  private readonly toCacheAway = (error: Error): CacheAway => {
    // A Redis that refuses one command (no memory left, read only) is there all the same.
    if (error instanceof TooLate || !this.client.isReady) this.lost(error);
    return new CacheAway(error.message, { cause: error });
  };

  /** Reads the era, and how full Redis is; one reading at a time. */
  private probe(): Promise<void> {
    if (!this.client.isReady) return Promise.resolve();
    this.probing ??= this.readEra().finally(() => (this.probing = null));
    return this.probing;
  }

  private async readEra(): Promise<void> {
    try {
      const sections = ['server', 'replication', 'memory'].map((section) => this.client.info(section));
      const info = (await within(Promise.all(sections), PATIENCE_MS)).join('\r\n');
      this.noteRoom(hasRoom(info));
      this.found(eraOf(info));
    } catch (error) {
      this.lost(error as Error);
      if (error instanceof TooLate) this.noteSilence();
    }
  }

  private noteRoom(isRoomy: boolean): void {
    if (this.isRoomy && !isRoomy)
      this.logger.warn('Redis is half full: no lists are stored in it, because the queue needs the rest');
    this.isRoomy = isRoomy;
  }

  private noteSilence(): void {
    this.silentProbes += 1;
    if (this.silentProbes < PROBES_BEFORE_RECONNECT || !this.client.isOpen) return;
    this.silentProbes = 0;
    this.client.destroy();
    this.client.connect().catch((error: Error) => this.lost(error));
  }

  private found(era: string | null): void {
    this.silentProbes = 0;
    if (era === null) return this.lost(new Error('it does not tell its run_id and master_replid (INFO)'));
    if (this.present === null) this.logger.log('the cache is there');
    this.present = era;
  }

  private lost(error: Error): void {
    if (this.present !== null)
      this.logger.warn(`the cache is away, lists come from the database: ${error.message}`);
    this.present = null;
  }
}

/** Texts in, texts out: Keyv's JSON around a body that is JSON already would cost more than Redis does. Redis itself ends them. */
function textKeyv(store: KeyvRedis<string>): Keyv<string> {
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
