import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Redis } from './redis.js';

/** Provides the {@link Redis} of REDIS_URL under {@link REDIS}, or null. */
export const REDIS = Symbol('Redis');

@Global()
@Module({})
export class RedisModule {
  static forRoot(url: string | null): DynamicModule {
    return {
      module: RedisModule,
      providers: [{ provide: REDIS, useFactory: () => (url === null ? null : new Redis(url)) }],
      exports: [REDIS],
    };
  }
}
