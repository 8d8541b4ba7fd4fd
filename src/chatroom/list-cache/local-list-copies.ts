import { LRUCache } from 'lru-cache';
import { textBytes } from '../../platform/concurrency/text-bytes.js';

/** A list as it is sent: JSON text, and its validator. */
export interface ListBody {
  json: string;
  etag: string;
}

/** Lists of this many people, 5 MB of them as a rule, each of at most {@link MAX_LENGTH} characters. */
const MAX_LISTS = 1000;
const MAX_LENGTH = 16 * 1024;
/** And no more than this of them: copies beside a cache are worth less than what else a process keeps. */
const MAX_BYTES = 16 * 1024 * 1024;
/** The cache ends its entries by itself; a copy outlives its entry by no more than this. */
const MAX_AGE_MS = 60_000;

/** What a list was read under: it counts only while both are the present ones. */
export interface ReadUnder {
  version: string;
  serverIncarnation: string;
}

interface Copy extends ReadUnder {
  list: ListBody;
  untilMs: number;
}

/**
 * Copies of cached lists in this process's memory. The cache is asked for the version all the same, so that a copy is as
 * fresh as the cached list is; but it is asked for a version of 16 characters, not for a list of thousands (npm run
 * bench).
 */
export class LocalListCopies {
  private readonly copies = new LRUCache<string, Copy>({
    max: MAX_LISTS,
    maxSize: MAX_BYTES,
    sizeCalculation: ({ list }) => textBytes(list.json),
  });
  private readonly maxAgeMs: number;

  /** @param ttlMs life of an entry of the cache */
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

  keep(userId: string, { version, serverIncarnation }: ReadUnder, list: ListBody): void {
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
