import { LRUCache } from 'lru-cache';
import { textBytes } from '../../platform/concurrency/text-bytes.js';

/** A list as sent: JSON text, and its validator. */
export interface ListBody {
  json: string;
  etag: string;
}

/** Usually 5 MB. */
const MAX_LISTS = 1000;
/** Characters of one list: about 50 rooms without prompts. */
const MAX_LENGTH = 16 * 1024;
/** Upper bound for lists with long names and prompts. */
const MAX_BYTES = 16 * 1024 * 1024;
/** A copy may outlive its cache entry, by this at most. */
const MAX_AGE_MS = 60_000;

/** The version and the incarnation that a list was read under: the list counts only while both are current. */
export interface ListVersion {
  version: string;
  serverIncarnation: string;
}

interface Copy extends ListVersion {
  list: ListBody;
  untilMs: number;
}

/**
 * Copies of cached lists in the memory of this process. The current version is still read from the cache, so a copy is as
 * fresh as the cached list; what is saved is the transfer of the list: 16 characters instead of thousands (npm run bench).
 */
export class LocalListCopies {
  private readonly copies = new LRUCache<string, Copy>({
    max: MAX_LISTS,
    maxSize: MAX_BYTES,
    sizeCalculation: ({ list }) => textBytes(list.json),
  });
  private readonly maxAgeMs: number;

  /** @param ttlMs lifetime of a cache entry */
  constructor(ttlMs: number) {
    this.maxAgeMs = Math.min(ttlMs, MAX_AGE_MS);
  }

  get(userId: string): Copy | undefined {
    const copy = this.copies.get(userId);
    return copy !== undefined && copy.untilMs > performance.now() ? copy : undefined;
  }

  forget(userId: string): void {
    this.copies.delete(userId);
  }

  keep(userId: string, { version, serverIncarnation }: ListVersion, list: ListBody): void {
    if (list.json.length > MAX_LENGTH) this.copies.delete(userId);
    else
      this.copies.set(userId, {
        version,
        serverIncarnation,
        list,
        untilMs: performance.now() + this.maxAgeMs,
      });
  }
}
