import { Keyv } from 'keyv';
import { BoundedMap, textBytes } from '../concurrency/bounded-map.js';
import { CacheStore } from './cache-store.js';

/** Two entries a person: the lists of five thousand people, … */
const MAX_ENTRIES = 10_000;
/** … and no more than this of them: an eighth of what the smallest machine that this runs on (256 MB) has. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The memory of the one process that there is. */
export class MemoryStore extends CacheStore {
  readonly era: string = 'memory';
  readonly hasRoom: boolean = true;
  readonly keyv = new Keyv<string>({
    store: new BoundedMap<string, { value: string }>(MAX_ENTRIES, {
      maxBytes: MAX_BYTES,
      sizeOf: ({ value }) => textBytes(value),
    }),
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
