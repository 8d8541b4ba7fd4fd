import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { CacheModule as NestCacheModule } from '@nestjs/cache-manager';
import KeyvRedis, { Keyv } from '@keyv/redis';

/** The store behind the list cache: Redis, the one process's memory, or none where several processes could disagree. */
export const CACHE_STORE = Symbol('CacheStore');

export interface CacheSettings {
  redisUrl: string | null;
  /** Is this the only process on the database? Then its memory is a cache that cannot be stale. */
  onlyProcess: boolean;
}

/** Commands fail at once while Redis is away: a cache must never make anybody wait (it is bypassed). */
const COMMAND_TIMEOUT_MS = 250;

/** `@nestjs/cache-manager` on Keyv: Redis by configuration, otherwise memory. */
@Global()
@Module({})
export class CacheModule implements OnApplicationShutdown {
  constructor(@Inject(CACHE_STORE) private readonly store: Keyv | null) {}

  static forRoot(settings: CacheSettings): DynamicModule {
    const store = openStore(settings);
    return {
      module: CacheModule,
      imports: [NestCacheModule.register({ stores: store ? [store] : [], isGlobal: true })],
      providers: [{ provide: CACHE_STORE, useValue: store }],
      exports: [CACHE_STORE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store?.disconnect();
  }
}

function openStore({ redisUrl, onlyProcess }: CacheSettings): Keyv | null {
  if (!redisUrl) return onlyProcess ? new Keyv({ serialize: undefined, deserialize: undefined }) : null;
  const redis = new KeyvRedis<string>(
    {
      url: redisUrl,
      disableOfflineQueue: true,
      commandOptions: { timeout: COMMAND_TIMEOUT_MS },
      socket: {
        connectTimeout: 2000,
        reconnectStrategy: (retries: number) => Math.min(50 * 2 ** Math.min(retries, 5), 1000),
      },
    },
    { throwOnErrors: true, throwOnConnectError: true, connectionTimeout: 2000 },
  );
  // Strings in, strings out: no JSON both ways around a body that is JSON already.
  const store = new Keyv({
    store: redis,
    namespace: undefined,
    useKeyPrefix: false,
    serialize: undefined,
    deserialize: undefined,
  });
  store.on('error', () => undefined); // a failed command throws where it is awaited
  return store;
}
