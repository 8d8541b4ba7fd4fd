import { Logger } from '@nestjs/common';
import pg from 'pg';
import { emptyState, type StripeState } from './stripe-state.js';
import { StateDocument } from './state-document.js';
import { StripeStore } from './stripe-store.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** A change takes milliseconds; who waits longer for another process has met a fault. */
const STATEMENT_TIMEOUT_MS = 10_000;

/**
 * The document in the one row of `sandbox_stripe`, for every process of the product. A connection of its own: the sandbox
 * is there before Nest is.
 */
export class PostgresStripeStore extends StripeStore {
  private readonly pool: pg.Pool;
  private readonly document = new StateDocument();
  private last: Promise<unknown> = Promise.resolve();

  constructor(databaseUrl: string) {
    super();
    this.pool = new pg.Pool({
      connectionString: databaseUrl,
      max: 1,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      application_name: 'stripe-sandbox',
      allowExitOnIdle: true,
    });
    // Without a listener an idle connection that breaks would end the process; the pool makes a new one.
    this.pool.on('error', (error) =>
      new Logger('SandboxStripe').warn(`a connection broke: ${error.message}`),
    );
  }

  override transact<T>(fn: (state: StripeState) => T): Promise<T> {
    // In a line of our own: a second connection would only wait for the first one's row.
    const done = this.last.then(() => this.run(fn));
    this.last = done.catch(() => undefined);
    return done;
  }

  override async close(): Promise<void> {
    await this.last;
    await this.pool.end();
  }

  private async run<T>(fn: (state: StripeState) => T): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      this.document.replace(await lockedText(client));
      // From here on to the commit nobody else is at it: the row is ours.
      const { result, changed } = this.document.change(fn);
      if (changed)
        await client.query('update sandbox_stripe set state = $1 where id = 1', [this.document.text]);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      // A connection that cannot even roll back is of no use to anybody.
      await client.query('rollback').then(
        () => client.release(),
        (broken: Error) => client.release(broken),
      );
      throw error;
    }
  }
}

async function lockedText(client: pg.PoolClient): Promise<string> {
  const select = 'select state::text as text from sandbox_stripe where id = 1 for update';
  const { rows } = await client.query<{ text: string }>(select);
  if (rows[0]) return rows[0].text;
  // Two that begin at once: the second waits here for the first one's row, and reads it.
  await client.query('insert into sandbox_stripe (id, state) values (1, $1) on conflict do nothing', [
    JSON.stringify(emptyState()),
  ]);
  return (await client.query<{ text: string }>(select)).rows[0]!.text;
}
