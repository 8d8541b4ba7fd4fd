import type pg from 'pg';
import { createPool } from '../../platform/database/connections.js';
import { type Entry, StateDocument, type StripeState, StripeStore } from '@chat-backend/stripe-sandbox';

const CONNECT_TIMEOUT_MS = 5_000;
/** A change takes milliseconds; a longer wait for another process is a fault. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** Deletions kept for other processes: a process that reads every second misses fewer. */
const KEEP_GONE = 500;
/** Revision before the first read. */
const NOTHING = -1;

/**
 * Stores the sandbox's state in `sandbox_stripe`, shared by every process of the server. Each process keeps a copy and reads
 * newer changes; one process changes the state at a time. Has its own connection, because the sandbox starts before Nest.
 */
export class PostgresStripeStore extends StripeStore {
  private readonly pool: pg.Pool;
  private readonly document = new StateDocument();
  private revision = NOTHING;
  private last: Promise<unknown> = Promise.resolve();

  /** @param keepGone number of changes for which deletions are kept; a process that missed more reads everything again */
  constructor(
    databaseUrl: string,
    private readonly keepGone = KEEP_GONE,
  ) {
    super();
    this.pool = createPool({
      connectionString: databaseUrl,
      max: 1,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      application_name: 'stripe-sandbox',
      allowExitOnIdle: true,
    });
  }

  override transact<T>(fn: (state: StripeState) => T): Promise<T> {
    return this.inLine((client) => this.change(client, fn));
  }

  override read<T>(fn: (state: StripeState) => T): Promise<T> {
    return this.inLine(async (client) => {
      await this.catchUp(client);
      return this.document.read(fn);
    });
  }

  override async close(): Promise<void> {
    await this.last;
    await this.pool.end();
  }

  /** Runs one piece of work at a time: a second connection would only wait for the first one's lock. */
  private inLine<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const done = this.last.then(async () => {
      const client = await this.pool.connect();
      let broken = false;
      try {
        return await work(client);
      } catch (error) {
        // Rolls back an open transaction. A connection that cannot roll back is broken and is not reused.
        await client.query('rollback').catch(() => (broken = true));
        throw error;
      } finally {
        client.release(broken);
      }
    });
    this.last = done.catch(() => undefined);
    return done;
  }

  private async change<T>(client: pg.PoolClient, fn: (state: StripeState) => T): Promise<T> {
    await client.query('begin');
    // Excludes other processes until the commit.
    const { rowCount } = await client.query(LOCK);
    if (rowCount === 0) await client.query(MAKE_LOCK);
    await this.catchUp(client);
    const { result, changes } = this.document.change(fn);
    if (changes.length > 0) await this.write(client, changes);
    else await client.query('commit');
    return result;
  }

  private async write(client: pg.PoolClient, changes: Entry[]): Promise<void> {
    const next = this.revision + 1;
    // Until the commit has succeeded, the local copy may be ahead of the stored state.
    this.revision = NOTHING;
    await client.query(WRITE, [
      next,
      changes.map(({ part }) => part),
      changes.map(({ id }) => id),
      changes.map(({ body }) => body),
    ]);
    if (next % this.keepGone === 0) await client.query(FORGET_GONE, [next - this.keepGone]);
    await client.query('commit');
    this.revision = next;
  }

  /** Reads changes of other processes, in one statement and so in one consistent snapshot. */
  private async catchUp(client: pg.PoolClient): Promise<void> {
    const { rows } = await client.query<Row>(NEWER, [this.revision]);
    const lock = rows.find(({ part }) => part === '');
    if (!lock) return;
    const behind = this.revision < Number(lock.body ?? 0);
    if (behind || this.revision === NOTHING) {
      const all = this.revision === NOTHING ? rows : (await client.query<Row>(NEWER, [NOTHING])).rows;
      this.document.clear();
      this.take(all);
    } else {
      this.take(rows);
    }
  }

  private take(rows: Row[]): void {
    this.document.apply(rows.filter(({ part }) => part !== ''));
    this.revision = Number(rows.find(({ part }) => part === '')!.revision);
  }
}

interface Row extends Entry {
  revision: string;
}

const LOCK = `select from sandbox_stripe where part = '' for update`;
/** Creates the lock's row; a concurrent start waits for the first one's row. Its body: the revision up to which deletions were purged. */
const MAKE_LOCK = `insert into sandbox_stripe (part, id, body, revision) values ('', '', '0', 0)
  on conflict on constraint sandbox_stripe_pkey do update set id = ''`;
/** Index sandbox_stripe_revision_idx. */
const NEWER = `select part, id, body::text as body, revision from sandbox_stripe where revision > $1 order by seq`;
/** Existing rows keep their position; new rows come last, in the given order. */
const WRITE = `with written as (
    insert into sandbox_stripe (part, id, body, revision)
    select part, id, body::json, $1 from unnest($2::text[], $3::text[], $4::text[]) with ordinality as new (part, id, body, n)
    order by n
    on conflict on constraint sandbox_stripe_pkey do update set body = excluded.body, revision = excluded.revision
  )
  update sandbox_stripe set revision = $1 where part = ''`;
const FORGET_GONE = `with gone as (delete from sandbox_stripe where part <> '' and body is null and revision <= $1)
  update sandbox_stripe set body = to_json($1::bigint) where part = ''`;
