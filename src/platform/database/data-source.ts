import { DataSource, type DataSourceOptions, type EntitySchema, type MixedList } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/index.js';
import { REQUEST_DRIVER } from './request-pool.js';

/** Settings of the pool of a process. */
export interface DatabaseSettings {
  url: string;
  poolMax: number;
  applicationName: string;
}

export const DATABASE_SETTINGS = Symbol('DatabaseSettings');

/** Timeout of a statement. A longer one is a bug, and an error is a better answer than a hang (promise 9). */
const STATEMENT_TIMEOUT_MS = 15_000;
/** How long a statement waits for a lock: a concurrent request with the same key gets 409 after 5 s. */
const LOCK_TIMEOUT_MS = 5000;
/** The client's own timeout, a second later: over a half-open connection the server's timeout does not arrive. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 1000;
/** Timeout of opening a connection: a request gets 503 within a second (promise 9). Waits for a free one: request-pool.ts. */
const CONNECT_TIMEOUT_MS = 900;

/** Options of the one pool of a process. Entities are listed by the features, no globs. */
export function dataSourceOptions(
  settings: DatabaseSettings,
  // TypeORM's own type of a list of classes.
  entities: MixedList<EntitySchema | (new () => object)> = [],
): DataSourceOptions {
  return {
    type: 'postgres',
    driver: REQUEST_DRIVER,
    url: settings.url,
    entities: entities as never,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    migrationsTableName: 'migrations',
    applicationName: settings.applicationName,
    poolSize: settings.poolMax,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: {
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
    },
    // A date column is a calendar day: as text it cannot shift with the machine's time zone.
    parseInt8: true,
  };
}

/** Opens a data source outside Nest, for migrations, scripts and tests. */
export function openDataSource(settings: DatabaseSettings): Promise<DataSource> {
  return new DataSource(dataSourceOptions(settings)).initialize();
}
