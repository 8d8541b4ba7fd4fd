import { Keyv } from 'keyv';
import { BoundedMap } from './bounded-map.js';
import { CacheStore } from './cache-store.js';

/** Two entries a person: the lists of five thousand people, some 50 MB when every list is a long one. */
const MAX_ENTRIES = 10_000;

/** The memory of the one process that there is. */
export class MemoryStore extends CacheStore {
  readonly era: string = 'memory';
  readonly keyv = new Keyv<string>({
    store: new BoundedMap(MAX_ENTRIES),
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
