import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { CacheModule as NestCacheModule } from '@nestjs/cache-manager';
import type { CacheStore } from './cache-store.js';
import { MemoryStore } from './memory-store.js';
import { RedisStore } from './redis-store.js';

/** The {@link CacheStore}; null where several processes share only the database: their caches would disagree. */
export const CACHE_STORE = Symbol('CacheStore');

export interface CacheSettings {
  redisUrl: string | null;
  /** True for the only process on the database: its memory is a cache that cannot be stale. */
  onlyProcess: boolean;
}

/**
 * `@nestjs/cache-manager` on Keyv, in Redis or in the memory of a single process; and our own interface to the same
 * Keyv.
 */
@Global()
@Module({})
export class CacheModule implements OnApplicationShutdown {
  constructor(@Inject(CACHE_STORE) private readonly store: CacheStore | null) {}

  static forRoot(settings: CacheSettings): DynamicModule {
    const store = chooseStore(settings);
    return {
      module: CacheModule,
      imports: store ? [NestCacheModule.register({ stores: [store.keyv], isGlobal: true })] : [],
      providers: [{ provide: CACHE_STORE, useFactory: () => opened(store) }],
      exports: [CACHE_STORE],
    };
  }

  onApplicationShutdown(): void {
    this.store?.close();
  }
}

function chooseStore({ redisUrl, onlyProcess }: CacheSettings): RedisStore | MemoryStore | null {
  if (redisUrl) return new RedisStore(redisUrl);
  return onlyProcess ? new MemoryStore() : null;
}

async function opened(store: RedisStore | MemoryStore | null): Promise<CacheStore | null> {
  if (store instanceof RedisStore) await store.open();
  return store;
}
