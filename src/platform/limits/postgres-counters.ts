import type pg from 'pg';
import { createPool } from '../database/connections.js';
import type { DatabaseSettings } from '../database/data-source.js';
import { statement, type NoParameters } from '../database/statement.js';
import { RequestCounters, type Count } from './request-counters.js';

/**
 * Index: request_counters_pkey. Rows are sorted, so that two processes lock them in the same order. The table is
 * unlogged: no flush to disk, and a crash loses one minute's counts. The clock is PostgreSQL's, one for all processes.
 */
const ADD = statement<
  { keys: string[]; hits: number[]; windowMs: number },
  { key: string; hits: number; endsInMs: number }
>(
  'request-counters-add',
  `
    insert into request_counters as c (key, hits, window_ends_at)
    select key, hits, now() + :windowMs * interval '1 millisecond'
    from unnest(:keys::text[], :hits::int[]) as hit (key, hits)
    order by key
    on conflict (key) do update set
      hits = excluded.hits + case when c.window_ends_at > now() then c.hits else 0 end,
      window_ends_at = case when c.window_ends_at > now() then c.window_ends_at else excluded.window_ends_at end
    returning key, hits, (extract(epoch from window_ends_at - now()) * 1000)::int as "endsInMs"`,
);

/** A scan: the table has only the keys of the last two minutes. It skips rows that are being counted. */
const PURGE = statement<NoParameters>(
  'request-counters-purge',
  `
    delete from request_counters where key in (
      select key from request_counters where window_ends_at < now() - interval '1 minute'
      order by key for update skip locked
    )`,
);
const PURGE_INTERVAL_MS = 60_000;

/** Time to open the connection. A reachable server responds in milliseconds. */
const CONNECT_TIMEOUT_MS = 1000;
/** The longest time that a request waits for its count (throttler-counters.ts). */
const STATEMENT_TIMEOUT_MS = 5000;

/**
 * Request counters in PostgreSQL, for installations without Redis. They have a connection of their own: in the common
 * pool, a count would queue behind the flood that it has to stop.
 */
export class PostgresCounters extends RequestCounters {
  /** A second statement would wait for the rows of the first. Meanwhile the next batch grows. */
  override readonly concurrency = 1;
  private readonly pool: pg.Pool;
  private purgedAtMs = performance.now();

  constructor(settings: DatabaseSettings) {
    super();
    this.pool = createPool({
      connectionString: settings.url,
      application_name: `${settings.applicationName}-limits`,
      max: 1,
      idleTimeoutMillis: 0,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
    });
  }

  override async add(keys: string[], hits: number[], windowMs: number): Promise<Count[]> {
    const { rows } = await this.pool.query<typeof ADD.row>(ADD.bind({ keys, hits, windowMs }));
    this.purgeSometimes();
    const counts = new Map(rows.map((row) => [row.key, { hits: row.hits, endsInMs: row.endsInMs }]));
    return keys.map((key) => counts.get(key)!);
  }

  override close(): Promise<void> {
    return this.pool.end();
  }

  /**
   * Deletes ended windows once a minute and process, after a count. No request waits for it, and the next purge makes
   * up for a failed one.
   */
  private purgeSometimes(): void {
    const now = performance.now();
    if (now - this.purgedAtMs < PURGE_INTERVAL_MS) return;
    this.purgedAtMs = now;
    this.pool.query(PURGE.bind({})).catch(() => undefined);
  }
}
