import pg from 'pg';

/**
 * Opens every link to PostgreSQL of the product and its tools: the one place that may construct a pool or a client
 * (the boundaries check forbids any other).
 *
 * Why one place: `pg` reports a lost link as an `error` event of the client, and Node ends a process whose emitter has
 * no listener for it. `pg-pool` listens while a client connects and while it is idle, but not while a caller holds the
 * client between two statements, nor between handing it over and the caller's first statement. A failover in such a
 * moment ended the process with `read ECONNRESET`.
 */

/**
 * A client that has an error listener from its construction on. Nothing is lost by ignoring the event: `pg` also rejects
 * the statement that runs, refuses later ones, and the pool discards the client.
 */
export class ListeningClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', ignore);
  }
}

/** An error of the server, with its SQLSTATE in `code`. */
export const { DatabaseError } = pg;

/** A pool; its first use opens a connection. The loss of an idle connection is ignored, because the next use opens another. */
export function createPool(options: pg.PoolConfig): pg.Pool {
  return listening(new pg.Pool(withListeningClients(options)));
}

/** A single connection, not connected yet. */
export function createClient(options: pg.ClientConfig): pg.Client {
  return new ListeningClient(options);
}

/**
 * How long an idle connection stays open. Opening one makes PostgreSQL fork a process and both sides compute a password
 * hash; with `pg-pool`'s default of 10 s an idle product opened one every few seconds, and the first requests after a pause
 * waited for theirs.
 */
const IDLE_MS = 5 * 60_000;

/** Options of a pool whose clients all have a listener, for a subclass of `pg.Pool` and for TypeORM, which constructs its own. */
export const withListeningClients = (options: pg.PoolConfig): pg.PoolConfig => ({
  idleTimeoutMillis: IDLE_MS,
  ...options,
  Client: ListeningClient,
});

/** Adds an error listener to the pool, so that the loss of an idle connection does not end the process. */
export function listening<P extends pg.Pool>(pool: P): P {
  pool.on('error', ignore);
  return pool;
}

function ignore(): void {
  // The caller gets the error from its statement (ListeningClient).
}
