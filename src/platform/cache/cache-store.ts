/** The cache did not respond. Callers continue without it. */
export class CacheUnavailable extends Error {}

/**
 * A cache of texts that never delays a request: an operation takes at most a quarter of a second, and fails at once
 * while the store is known to be down.
 *
 * Two implementations: Redis (redis-store.ts), and the memory of a single process (memory-store.ts). Several processes
 * without Redis have no cache, since they could not invalidate each other's.
 *
 * The store may lose writes that it acknowledged (a restart, a failover). It therefore names its incarnation, and an
 * entry counts only in the incarnation that it was written in. What a failed invalidation means is up to the caller
 * (chatroom/list-cache: a bypass).
 */
export abstract class CacheStore {
  /**
   * The current incarnation of the store; null while it is down. A writer puts it into the entry, and a reader
   * compares.
   */
  abstract readonly serverIncarnation: string | null;

  /**
   * False while the store refuses long texts to leave memory for the queue. Short texts (versions) are always stored,
   * because without them a stored list would be stale.
   */
  abstract readonly hasFreeMemory: boolean;

  /** A missing key is null or undefined. @throws CacheUnavailable */
  abstract getMany(keys: string[]): Promise<(string | null | undefined)[]>;

  /** Resolves when the store has acknowledged the write. @throws CacheUnavailable */
  abstract set(key: string, text: string, ttlMs: number): Promise<void>;

  /** Resolves when the store has acknowledged the deletion. @throws CacheUnavailable */
  abstract delete(keys: string[]): Promise<void>;

  /** Closes its connections. */
  close(): void {}
}
