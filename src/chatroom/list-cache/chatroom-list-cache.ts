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

/** A version outlives every list that was stored under it by a day, so that an expired one is of somebody who was away. */
const VERSION_TTL_MS = 24 * 3600 * 1000;
/**
 * A longer list is read from the database each time. 50 rooms without prompts are 15 KB, with a prompt of a paragraph each
 * some 40; 50 prompts of the longest kind are 1.6 MB, of which Redis, shared with the queue, would hold one a person.
 */
const MAX_STORED_BYTES = 64 * 1024;
/** Random, 96 bits: a counter that was evicted would start again and meet old lists. */
const VERSION_BYTES = 12;

/**
 * The first page of everybody's room list.
 *
 * Two keys a user: a version, and a list that carries the version (and the era of the store) that it was read under. It
 * counts only while that is still the version. A reader learns the version before it asks the database, a writer sets a
 * new one after its commit, so a list that was read before a commit never outlives it: the stale-list race ends in a MISS.
 */
@Injectable()
export class ChatroomListCache {
  private readonly ttlMs: number;
  private readonly nearby: LocalListCopies;
  /** Readings under way, so that many misses at once ask the database once. */
  private readonly loads = new Map<string, Promise<ListBody>>();
  private readonly versions = new Map<string, Promise<string | null>>();

  constructor(
    @Inject(CACHE_STORE) private readonly store: CacheStore | null,
    private readonly bypasses: ListCacheBypass,
    @Inject(CONFIG) config: Config,
  ) {
    this.ttlMs = config.chatroomCacheTtlSeconds * 1000;
    this.nearby = new LocalListCopies(this.ttlMs);
  }

  /** Can the cache be told anything at all just now? */
  get isAvailable(): boolean {
    return this.store !== null && this.store.serverIncarnation !== null;
  }

  /**
   * The user's list from the cache, or from `load` and then into the cache.
   * Where the cache is off, away or not to be trusted for this user: from `load` alone.
   */
  async read(userId: string, load: Load): Promise<{ outcome: CacheOutcome; list: ListBody }> {
    const serverIncarnation = this.store?.serverIncarnation ?? null;
    if (serverIncarnation === null || this.bypasses.has(userId)) return this.bypass(load);
    const near = this.nearby.get(userId);
    let known: string | null | undefined;
    let body: string | null | undefined;
    try {
      [known, body] = await this.store!.getMany(near ? [versionKey(userId)] : bothKeys(userId));
      if (near && near.version === known && near.serverIncarnation === serverIncarnation)
        return { outcome: 'HIT', list: near.list };
      // A list that carries this version was read after it was set, whenever it is fetched.
      if (near) [body] = await this.store!.getMany([bodyKey(userId)]);
    } catch {
      return this.bypass(load);
    }
    if (typeof known === 'string' && typeof body === 'string') {
      const head = headOf(known, serverIncarnation);
      if (body.startsWith(head)) {
        const list = listIn(body, head.length);
        this.nearby.keep(userId, { version: known, serverIncarnation }, list);
        return { outcome: 'HIT', list };
      }
    }
    const version = known ?? (await this.firstVersion(userId));
    if (version === null) return this.bypass(load);
    const list = await this.loadOnce(userId, headOf(version, serverIncarnation), load);
    return { outcome: this.isStored(list) ? 'MISS' : 'BYPASS', list };
  }

  /** The list from `load` alone. */
  async bypass(load: Load): Promise<{ outcome: CacheOutcome; list: ListBody }> {
    return { outcome: 'BYPASS', list: toListBody(await load()) };
  }

  /**
   * To be called after every committed write that changes what the user's list says. Never throws: where the cache
   * cannot be told, every process bypasses it for this user within two seconds, until it is (promise 8).
   */
  async invalidate(userId: string): Promise<void> {
    if (this.store === null) return;
    if ((await this.setVersion(userId)) === null) await this.bypasses.note(userId);
  }

  /** Sets a new version, so that whatever is stored counts no more; null when the cache could not be told. */
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
   * Of an account that is gone: its list is taken out, here and in the store.
   * @throws CacheUnavailable
   */
  async forget(userId: string): Promise<void> {
    this.nearby.forget(userId);
    // The list first: without a version nobody can store another under it.
    await this.store?.delete(bothKeys(userId));
  }

  /** Is this list worth its memory, and is there any? */
  private isStored({ json }: ListBody): boolean {
    return this.store!.hasRoom && Buffer.byteLength(json) <= MAX_STORED_BYTES;
  }

  /** The version of somebody who has none. Acknowledged before the database is read: a later write's will replace it. */
  private firstVersion(userId: string): Promise<string | null> {
    let setting = this.versions.get(userId);
    if (!setting) {
      setting = this.setVersion(userId).finally(() => this.versions.delete(userId));
      this.versions.set(userId, setting);
    }
    return setting;
  }

  /**
   * Whoever read the same version may share a reading: every write that was acknowledged before they came had set its
   * version before that. The reading stays shared until the list is stored, so that nobody falls in between.
   */
  private loadOnce(userId: string, head: string, load: Load): Promise<ListBody> {
    const key = userId + head;
    let loading = this.loads.get(key);
    if (!loading) {
      loading = load().then(toListBody);
      this.loads.set(key, loading);
      loading
        .then(async (list) => {
          if (this.isStored(list)) await this.store!.set(bodyKey(userId), bodyOf(head, list), this.ttlMs);
        })
        // Not loaded: the caller is told. Not stored: the next one misses again.
        .catch(() => undefined)
        .finally(() => this.loads.delete(key));
    }
    return loading;
  }
}

/** One hash tag a user: on Redis Cluster both keys are on one node. */
const versionKey = (userId: string): string => `{rooms:${userId}}:v`;
const bodyKey = (userId: string): string => `{rooms:${userId}}:body`;
const bothKeys = (userId: string): string[] => [versionKey(userId), bodyKey(userId)];

/** What a stored list begins with; then its ETag, a line break, and the JSON that is sent as it is. */
const headOf = (version: string, serverIncarnation: string): string => `${version} ${serverIncarnation}\n`;

const bodyOf = (head: string, { etag, json }: ListBody): string => `${head}${etag}\n${json}`;

function listIn(body: string, headLength: number): ListBody {
  const end = headLength + ETAG_LENGTH;
  return { etag: body.slice(headLength, end), json: body.slice(end + 1) };
}

const toListBody = (json: string): ListBody => ({ json, etag: etagOf(json) });
