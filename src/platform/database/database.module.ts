import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DATABASE_SETTINGS, dataSourceOptions, type DatabaseSettings } from './data-source.js';
import { Database } from './database.js';
import { DatabaseMetrics } from './database.metrics.js';
import { isOutage } from './outage.js';

/** Opens the pool of the process. Entities come from the features' `TypeOrmModule.forFeature`. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(settings: DatabaseSettings): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(settings),
          autoLoadEntities: true,
          // A start waits ten seconds for a database that is starting, then reports it and exits; other failures stay.
          retryAttempts: 10,
          retryDelay: 1000,
          toRetry: isOutage,
        }),
      ],
      providers: [Database, DatabaseMetrics, { provide: DATABASE_SETTINGS, useValue: settings }],
      exports: [Database, DATABASE_SETTINGS],
    };
  }
}
