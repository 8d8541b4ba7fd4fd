import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { DATABASE_SETTINGS, type DatabaseSettings } from '../database/data-source.js';
import type { Redis } from '../redis/redis.js';
import { REDIS } from '../redis/redis.module.js';
import { LimitsModule } from './limits.module.js';
import { RouteLimits } from './route-limits.js';
import { AddressWindow } from './address-window.js';
import { PostgresCounters } from './postgres-counters.js';
import { MINUTE_MS } from './minute-window.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RedisCounters } from './redis-counters.js';
import { ThrottlerCounters } from './throttler-counters.js';

export interface RateLimitSettings {
  /** True for the only process on the database: its memory counts exactly. */
  onlyProcess: boolean;
  /** Modules that provide the {@link TierSource}. */
  imports: ModuleMetadata['imports'];
}

/**
 * Limits of requests, for every route. Imported after the authentication module, so that its guard runs after that one.
 */
@Module({})
export class LimitsApiModule {
  static forRoot({ onlyProcess, imports = [] }: RateLimitSettings): DynamicModule {
    return {
      module: LimitsApiModule,
      imports: [
        ...imports,
        LimitsModule,
        ThrottlerModule.forRootAsync({
          inject: [REDIS, DATABASE_SETTINGS],
          useFactory: (redis: Redis | null, database: DatabaseSettings) => ({
            // The guard takes each tier's limit from the configuration; the throttler module requires one entry.
            throttlers: [{ name: 'minute', ttl: MINUTE_MS, limit: 0 }],
            storage: new ThrottlerCounters(sharedCounters(redis, database, onlyProcess)),
          }),
        }),
      ],
      providers: [AddressWindow, RouteLimits, { provide: APP_GUARD, useClass: RateLimitGuard }],
      exports: [AddressWindow],
      // Global, since the authentication module, which is imported earlier, counts bad tokens.
      global: true,
    };
  }
}

function sharedCounters(redis: Redis | null, database: DatabaseSettings, onlyProcess: boolean) {
  if (redis) return new RedisCounters(redis);
  return onlyProcess ? null : new PostgresCounters(database);
}
