/** The cache could not be asked, or could not be told. Its callers do without. */
export class CacheUnavailable extends Error {}

/**
 * A store of texts that nobody waits for: an operation takes a quarter of a second at most, and fails at once while the
 * store is known to be away.
 */
export abstract class CacheStore {
  /**
   * Names the present life of the store; null while it is away. After a restart or a failover a store may hold less than
   * it acknowledged before, so a text counts only in the era that it was written in: whoever stores one writes the era
   * into it, and compares.
   */
  abstract readonly serverIncarnation: string | null;

  /**
   * May long texts be stored? A store that others depend on refuses them in time: short ones (versions) always may, because
   * without them a list that is stored already would be stale.
   */
  abstract readonly hasRoom: boolean;

  /** What is not there is null or undefined. @throws CacheUnavailable */
  abstract getMany(keys: string[]): Promise<(string | null | undefined)[]>;

  /** Resolves when the store has acknowledged it. @throws CacheUnavailable */
  abstract set(key: string, text: string, ttlMs: number): Promise<void>;

  /** Resolves when the store has acknowledged that they are gone. @throws CacheUnavailable */
  abstract delete(keys: string[]): Promise<void>;

  /** Lets go of connections. */
  close(): void {}
}
