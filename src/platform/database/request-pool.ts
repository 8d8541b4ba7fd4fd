import pg from 'pg';
import { ConnectionQueue } from './connection-queue.js';
import { listening, withListeningClients } from './connections.js';
import { POOL_REFUSALS, POOL_WAIT } from './pool.metrics.js';
import { isAnswer } from './outage.js';
import { reasonToOpenAgain, type Opening } from './opening.js';

/** Waiting requests per connection: the last one waits for ten statements before its own. */
const WAITING_PER_CONNECTION = 10;
/** Longest wait for a connection (promise 9). Longer than a burst takes to drain on a busy machine. */
const MAX_WAIT_MS = 5000;
/** A database that completes no statement for this long counts as down: requests get 503 within a second (promise 9). */
const STALL_MS = 1000;

/** How `pg` reports that an opening ran into `connectionTimeoutMillis`. */
const OPENING_TIMED_OUT = /connection timeout|timeout exceeded when trying to connect/;

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * The pool of a process's requests; {@link ConnectionQueue} decides how long a request waits. `pg-pool` has one timeout for
 * connecting and waiting: a short one answers 503 to a burst that a busy database would have served, and with a long one
 * every request hangs while the database is down.
 */
export class RequestPool extends pg.Pool {
  private readonly queue: ConnectionQueue;
  private readonly admitted = new WeakSet<pg.PoolClient>();

  constructor(options: pg.PoolConfig & { max: number }) {
    super(withListeningClients(options));
    const bounds = {
      slots: options.max,
      maxWaiting: WAITING_PER_CONNECTION * options.max,
      maxWaitMs: MAX_WAIT_MS,
      stallMs: STALL_MS,
    };
    this.queue = new ConnectionQueue(bounds, undefined, {
      waited: (seconds) => POOL_WAIT.observe({}, seconds),
      refused: () => POOL_REFUSALS.inc({}),
    });
    listening(this);
    // pg-pool emits `release` before the client is idle, so the next request enters one tick later.
    this.on('release', (error: Error | undefined, client) => {
      if (this.admitted.delete(client)) process.nextTick(() => this.queue.leave(isAnswer(error)));
    });
  }

  /** Requests that wait for a connection now. */
  get waitingRequests(): number {
    return this.queue.waitingCount;
  }

  /** @throws NoConnection when no connection is available in time */
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | void {
    if (callback) return this.connectFor(callback);
    return new Promise((resolve, reject) => {
      this.connectFor((error, client) => (client ? resolve(client) : reject(error!)));
    });
  }

  private connectFor(callback: ConnectCallback): void {
    const requestedAtMs = performance.now();
    this.queue.enter((refusal) => {
      if (refusal) callback(refusal, undefined, () => undefined);
      else this.open({ requestedAtMs, wasExcused: false }, callback);
    });
  }

  /** Opens a connection or takes an idle one, in the slot that the request holds. */
  private open(request: Pick<Opening, 'requestedAtMs' | 'wasExcused'>, callback: ConnectCallback): void {
    const startedAtMs = performance.now();
    super.connect((error, client, done) => {
      const reason = error ? this.reasonToOpenAgain(error, { ...request, startedAtMs }) : null;
      if (reason)
        return this.open({ ...request, wasExcused: request.wasExcused || reason === 'busy' }, callback);
      if (client) this.admitted.add(client);
      else this.queue.leave(false);
      callback(error, client, done);
    });
  }

  private reasonToOpenAgain(error: Error, attempt: Omit<Opening, 'failedAtMs' | 'lastProgressAtMs'>) {
    if (!OPENING_TIMED_OUT.test(error.message)) return null;
    const { lastProgressAtMs } = this.queue;
    const opening = { ...attempt, failedAtMs: performance.now(), lastProgressAtMs };
    return reasonToOpenAgain(opening, this.options.connectionTimeoutMillis ?? 0, MAX_WAIT_MS);
  }
}

/** `pg` as TypeORM takes it, so that the pool it opens is a {@link RequestPool}. */
export const REQUEST_DRIVER = { ...pg, Pool: RequestPool };
