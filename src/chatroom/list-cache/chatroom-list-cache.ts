import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CACHE_STORE } from '../../platform/cache/cache.module.js';
import type { CacheStore } from '../../platform/cache/cache-store.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { ETAG_LENGTH, etagOf } from '../../platform/http/responses/etag.js';
import { ListCacheBypass } from './list-cache-bypass.js';
import { LocalListCopies, type ListBody } from './local-list-copies.js';

/** Where a list came from: the wire's X-Cache. */
export type CacheOutcome = 'HIT' | 'MISS' | 'BYPASS';

type Load = () => Promise<string>;

/** A version outlives every list stored under it by a day, so that it expires only for users without requests. */
const VERSION_TTL_MS = 24 * 3600 * 1000;
/**
 * A longer list is not cached. 50 rooms are 15 KB without prompts, about 40 KB with a paragraph each, and up to 1.6 MB with
 * the longest prompts: too much per user for a Redis that the queue shares.
 */
const MAX_STORED_BYTES = 64 * 1024;
/** 96 random bits. A counter would restart after an eviction and match old lists. */
const VERSION_BYTES = 12;

/**
 * The cache of each user's room list (its first page with default parameters).
 *
 * Problem. `reader loads old rows, writer invalidates, reader stores the old rows` leaves a stale list for a whole TTL, and
 * an invalidation that cannot reach the cache leaves one, too. The promise: a list is never older than the user's own last
 * acknowledged write.
 *
 * How it works. Two keys per user: a version (a random token) and a list whose header names the version, and the
 * incarnation of the store, that it was read under. A list counts only while both are current. A reader gets the version
 * before it reads the database; a writer sets a new version after its commit. So a list that was read before a commit
 * carries an old version, and the race ends in a MISS. An incarnation change (Redis restarted or failed over, and may have
 * lost acknowledged versions) invalidates every list. Concurrent misses of one version share one read (single flight).
 * Each process also keeps copies of lists, and then reads only the version (LocalListCopies).
 *
 * When the cache is down: reads go to PostgreSQL (X-Cache: BYPASS). A write whose new version cannot be set records a
 * bypass, a row that the bus announces to every process within two seconds (ListCacheBypass); until the reconciler has set
 * a new version, every process reads that user's list from PostgreSQL. While the bus is down a process bypasses all users.
 *
 * Cost: a HIT is one round trip to Redis, an invalidation one more per write. Deliberately not cached: other pages and
 * filters, lists above 64 KB, and anything without Redis when there are several processes.
 */
@Injectable()
export class ChatroomListCache {
  private readonly ttlMs: number;
  private readonly localCopies: LocalListCopies;
  /** Reads of the database in progress, shared by concurrent misses. */
  private readonly loads = new Map<string, Promise<ListBody>>();
  private readonly versions = new Map<string, Promise<string | null>>();

  constructor(
    @Inject(CACHE_STORE) private readonly store: CacheStore | null,
    private readonly bypasses: ListCacheBypass,
    @Inject(CONFIG) config: Config,
  ) {
    this.ttlMs = config.chatroomCacheTtlSeconds * 1000;
    this.localCopies = new LocalListCopies(this.ttlMs);
  }

  /** Is the store reachable? */
  get isAvailable(): boolean {
    return this.store !== null && this.store.serverIncarnation !== null;
  }

  /**
   * Returns the user's list from the cache, or loads and stores it. Only loads it when the cache is off or unavailable, or
   * the user is bypassed.
   */
  async read(userId: string, load: Load): Promise<{ outcome: CacheOutcome; list: ListBody }> {
    const serverIncarnation = this.store?.serverIncarnation ?? null;
    if (serverIncarnation === null || this.bypasses.has(userId)) return this.bypass(load);
    const copy = this.localCopies.get(userId);
    let known: string | null | undefined;
    let body: string | null | undefined;
    try {
      [known, body] = await this.store!.getMany(copy ? [versionKey(userId)] : bothKeys(userId));
      if (copy && copy.version === known && copy.serverIncarnation === serverIncarnation)
        return { outcome: 'HIT', list: copy.list };
      // Two round trips are safe: a list with this version was read after the version was set, whenever it is fetched.
      if (copy) [body] = await this.store!.getMany([bodyKey(userId)]);
    } catch {
      return this.bypass(load);
    }
    if (typeof known === 'string' && typeof body === 'string') {
      const header = headerOf(known, serverIncarnation);
      if (body.startsWith(header)) {
        const list = parseBody(body, header.length);
        this.localCopies.keep(userId, { version: known, serverIncarnation }, list);
        return { outcome: 'HIT', list };
      }
    }
    const version = known ?? (await this.initialVersion(userId));
    if (version === null) return this.bypass(load);
    const list = await this.loadShared(userId, headerOf(version, serverIncarnation), load);
    return { outcome: this.shouldStore(list) ? 'MISS' : 'BYPASS', list };
  }

  /** Loads the list without the cache. */
  async bypass(load: Load): Promise<{ outcome: CacheOutcome; list: ListBody }> {
    return { outcome: 'BYPASS', list: toListBody(await load()) };
  }

  /**
   * Invalidates the user's list; to be called after every commit that changes it. Never throws: when the version cannot be
   * set, every process bypasses the cache for this user within two seconds (promise 8).
   */
  async invalidate(userId: string): Promise<void> {
    if (this.store === null) return;
    if ((await this.setVersion(userId)) === null) await this.bypasses.record(userId);
  }

  /** Sets a new version, which invalidates the stored list. @returns null when the store did not acknowledge it */
  async setVersion(userId: string): Promise<string | null> {
    const version = randomBytes(VERSION_BYTES).toString('base64url');
    try {
      await this.store?.set(versionKey(userId), version, this.ttlMs + VERSION_TTL_MS);
      return version;
    } catch {
      return null;
    }
  }

  /**
   * Deletes the list of a deleted account, in this process and in the store.
   * @throws CacheUnavailable
   */
  async forget(userId: string): Promise<void> {
    this.localCopies.forget(userId);
    // Both keys at once: without the version no list can be served.
    await this.store?.delete(bothKeys(userId));
  }

  /** Is the list short enough, and does the store have room? */
  private shouldStore({ json }: ListBody): boolean {
    return this.store!.hasFreeMemory && Buffer.byteLength(json) <= MAX_STORED_BYTES;
  }

  /** Sets the first version of a user. Acknowledged before the database is read, so that a later write replaces it. */
  private initialVersion(userId: string): Promise<string | null> {
    let pendingSet = this.versions.get(userId);
    if (!pendingSet) {
      pendingSet = this.setVersion(userId).finally(() => this.versions.delete(userId));
      this.versions.set(userId, pendingSet);
    }
    return pendingSet;
  }

  /**
   * Shares one database read among all requests that saw the same version. A write sets a new version before it is
   * acknowledged, so a request that saw this version follows no acknowledged write that the read misses. The read stays
   * shared until the list is stored: no request finds neither the read nor the stored list.
   */
  private loadShared(userId: string, header: string, load: Load): Promise<ListBody> {
    const key = userId + header;
    let loading = this.loads.get(key);
    if (!loading) {
      loading = load().then(toListBody);
      this.loads.set(key, loading);
      loading
        .then(async (list) => {
          if (this.shouldStore(list))
            await this.store!.set(bodyKey(userId), bodyOf(header, list), this.ttlMs);
        })
        // A failed load rejects for the callers; a failed store makes the next request a MISS.
        .catch(() => undefined)
        .finally(() => this.loads.delete(key));
    }
    return loading;
  }
}

/** One hash tag per user: Redis Cluster keeps both keys on one node. */
const versionKey = (userId: string): string => `{rooms:${userId}}:v`;
const bodyKey = (userId: string): string => `{rooms:${userId}}:body`;
const bothKeys = (userId: string): string[] => [versionKey(userId), bodyKey(userId)];

/** The first line of a stored list. The ETag and the JSON body follow, one line each. */
const headerOf = (version: string, serverIncarnation: string): string => `${version} ${serverIncarnation}\n`;

const bodyOf = (header: string, { etag, json }: ListBody): string => `${header}${etag}\n${json}`;

function parseBody(body: string, headLength: number): ListBody {
  const end = headLength + ETAG_LENGTH;
  return { etag: body.slice(headLength, end), json: body.slice(end + 1) };
}

const toListBody = (json: string): ListBody => ({ json, etag: etagOf(json) });
