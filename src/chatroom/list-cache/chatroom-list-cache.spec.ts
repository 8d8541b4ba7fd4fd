import { CacheUnavailable } from '../../platform/cache/cache-store.js';
import { MemoryStore } from '../../platform/cache/memory-store.js';
import type { Config } from '../../platform/config/config.js';
import { ChatroomListCache } from './chatroom-list-cache.js';
import type { ListCacheBypass } from './list-cache-bypass.js';

/** A store in memory whose incarnation can change, and which can refuse. */
class TestStore extends MemoryStore {
  override serverIncarnation = 'first';
  override hasFreeMemory = true;
  refuses = false;
  /** Keys of each read. */
  readonly asked: string[][] = [];

  override getMany(keys: string[]) {
    this.asked.push(keys);
    return super.getMany(keys);
  }

  override async set(key: string, text: string, ttlMs: number): Promise<void> {
    if (this.refuses) throw new CacheUnavailable('refused');
    await super.set(key, text, ttlMs);
  }
}

let store: TestStore;
let cache: ChatroomListCache;
let noted: string[];
beforeEach(() => {
  store = new TestStore();
  noted = [];
  const bypass = {
    has: (userId: string) => noted.includes(userId),
    record: (userId: string) => Promise.resolve(void noted.push(userId)),
  };
  cache = new ChatroomListCache(
    store,
    bypass as unknown as ListCacheBypass,
    {
      chatroomCacheTtlSeconds: 60,
    } as Config,
  );
});

const read = async (list: string) => {
  const { outcome, list: given } = await cache.read('u', () => Promise.resolve(list));
  return [outcome, given.json];
};

/** A load that the test completes. */
function heldLoad() {
  const load = { started: 0, end: (_json: string) => {} };
  const json = new Promise<string>((resolve) => (load.end = resolve));
  return Object.assign(load, {
    run: () => {
      load.started += 1;
      return json;
    },
  });
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

it('a list is loaded once and then served, until it is invalidated', async () => {
  expect(await read('one')).toEqual(['MISS', 'one']);
  expect(await read('two')).toEqual(['HIT', 'one']);
  await cache.invalidate('u');
  expect(await read('two')).toEqual(['MISS', 'two']);
});

it('a list that was read before a write and stored after it is never served', async () => {
  const load = heldLoad();
  const early = cache.read('u', load.run);
  await tick();
  await cache.invalidate('u');
  load.end('old');
  expect((await early).list.json).toBe('old');
  await tick();
  expect(await read('new')).toEqual(['MISS', 'new']);
});

it('concurrent misses load once', async () => {
  const load = heldLoad();
  const readings = Array.from({ length: 50 }, () => cache.read('u', load.run));
  await tick();
  load.end('one');
  const lists = await Promise.all(readings);
  expect(load.started).toBe(1);
  expect(new Set(lists.map(({ list }) => list.json))).toEqual(new Set(['one']));
});

it('a request after a write does not share a load that began before it', async () => {
  const load = heldLoad();
  const early = cache.read('u', load.run);
  await tick();
  await cache.invalidate('u');
  expect(await read('new')).toEqual(['MISS', 'new']);
  load.end('old');
  await early;
  expect(await read('newer')).not.toContain('old');
});

it('a failed load fails all requests that share it, and the next request loads again', async () => {
  const failing = () => Promise.reject(new Error('the database is away'));
  await expect(cache.read('u', failing)).rejects.toThrow('away');
  expect(await read('one')).toEqual(['MISS', 'one']);
});

it('a list stored before an incarnation change is not served', async () => {
  await read('one');
  store.serverIncarnation = 'second';
  expect(await read('two')).toEqual(['MISS', 'two']);
});

it('a failed invalidation records a bypass', async () => {
  await read('one');
  store.refuses = true;
  await cache.invalidate('u');
  expect(noted).toEqual(['u']);
  expect(await read('two')).toEqual(['BYPASS', 'two']);
});

it('a store that refuses a list fails no request', async () => {
  store.refuses = true;
  expect(await read('one')).toEqual(['BYPASS', 'one']);
});

it.each([
  ['a list above 64 KB', () => 'é'.repeat(32 * 1024 + 1)],
  ['any list while the store is half full', () => ((store.hasFreeMemory = false), 'one')],
])('%s is not stored', async (_, list) => {
  const json = list();
  expect(await read(json)).toEqual(['BYPASS', json]);
  expect(await read('two')).toEqual([store.hasFreeMemory ? 'MISS' : 'BYPASS', 'two']);
});

it('a list of 64 KB is stored', async () => {
  const json = 'é'.repeat(32 * 1024);
  await read(json);
  expect(await read('two')).toEqual(['HIT', json]);
});

describe('a list that was served before', () => {
  /** The cache of another process, on the same store. */
  const elsewhere = () =>
    new ChatroomListCache(
      store,
      { has: () => false } as unknown as ListCacheBypass,
      { chatroomCacheTtlSeconds: 60 } as Config,
    );
  const served = async () => {
    await read('one');
    await tick();
    expect(await read('one')).toEqual(['HIT', 'one']);
    store.asked.length = 0;
  };

  it('is copied locally: only its version is read from the store', async () => {
    await served();
    expect(await read('two')).toEqual(['HIT', 'one']);
    expect(store.asked).toEqual([['{rooms:u}:v']]);
  });

  it('is not served after an invalidation by any process', async () => {
    await served();
    await elsewhere().invalidate('u');
    expect(await read('two')).toEqual(['MISS', 'two']);
  });

  it('is replaced by the list that another process stored since', async () => {
    await served();
    const other = elsewhere();
    await other.invalidate('u');
    await other.read('u', () => Promise.resolve('two'));
    await tick();
    expect(await read('three')).toEqual(['HIT', 'two']);
  });

  it('is not copied when it is long', async () => {
    const long = 'x'.repeat(20_000);
    await read(long);
    await tick();
    await read(long);
    store.asked.length = 0;
    expect(await read('two')).toEqual(['HIT', long]);
    expect(store.asked[0]).toHaveLength(2);
  });
});
