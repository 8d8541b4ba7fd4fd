import { DataSource, type DataSourceOptions, type EntitySchema, type MixedList } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/index.js';
import { REQUEST_DRIVER } from './request-pool.js';

/** What a process needs to know to open the database. */
export interface DatabaseSettings {
  url: string;
  poolMax: number;
  applicationName: string;
}

export const DATABASE_SETTINGS = Symbol('DatabaseSettings');

/** A statement that runs longer than this is a fault, and a hang is the worst answer (promise 9). */
const STATEMENT_TIMEOUT_MS = 15_000;
/** How long a statement waits for a row that another one holds: a parallel twin waits 5 s, then it is 409 (contract). */
const LOCK_TIMEOUT_MS = 5000;
/** The server cannot say that it was too slow over a link that is half open: a second later we say it ourselves. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 1000;
/** How long opening a connection may take: a request is 503 "within a second" (promise 9). Waiting for a free one: request-pool.ts. */
const CONNECT_TIMEOUT_MS = 900;

/** Options of the one pool of a process. Entities are listed by the features, no globs. */
export function dataSourceOptions(
  settings: DatabaseSettings,
  // eslint's and TypeORM's own name for "a class"
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

/** A data source outside Nest: migrations, scripts, tests. */
export function openDataSource(settings: DatabaseSettings): Promise<DataSource> {
  return new DataSource(dataSourceOptions(settings)).initialize();
}
