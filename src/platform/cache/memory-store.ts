import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { textBytes } from '../concurrency/text-bytes.js';
import { CacheStore } from './cache-store.js';

/** Bound of entries: two per user, so the lists of five thousand users. */
const MAX_ENTRIES = 10_000;
/** Bound of memory: an eighth of the smallest supported machine (256 MB). */
const MAX_BYTES = 32 * 1024 * 1024;

interface Entry {
  value: string;
}

/** A Keyv store on an LRU cache. Keyv passes the lifetime as a third argument, and keeps it in the entry itself. */
class Entries {
  private readonly entries = new LRUCache<string, Entry>({
    max: MAX_ENTRIES,
    maxSize: MAX_BYTES,
    sizeCalculation: ({ value }) => textBytes(value),
  });

  get(key: string): Entry | undefined {
    return this.entries.get(key);
  }

  getMany(keys: string[]): (Entry | undefined)[] {
    return keys.map((key) => this.entries.get(key));
  }

  set(key: string, entry: Entry): void {
    this.entries.set(key, entry);
  }

  delete(key: string): boolean {
    return this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }
}

/** Cache in the memory of a single process. */
export class MemoryStore extends CacheStore {
  readonly serverIncarnation: string = 'memory';
  readonly hasFreeMemory: boolean = true;
  readonly keyv = new Keyv<string>({
    store: new Entries(),
    useKeyPrefix: false,
    serialize: undefined,
    deserialize: undefined,
  });

  getMany(keys: string[]): Promise<(string | undefined)[]> {
    return this.keyv.getMany<string>(keys);
  }

  async delete(keys: string[]): Promise<void> {
    await this.keyv.deleteMany(keys);
  }

  async set(key: string, text: string, ttlMs: number): Promise<void> {
    await this.keyv.set(key, text, ttlMs);
  }
}
