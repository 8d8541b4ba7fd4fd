import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { listening, withListeningClients } from '../database/connections.js';
import { isOutage } from '../database/outage.js';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * A pool for BullMQ whose connections wait for the database instead of failing while it is down. BullMQ keeps the result of
 * its first connection: after a failure every later query fails at once, and a worker would retry in a busy loop. Since
 * https://github.com/taskforcesh/bullmq/issues/4729 it forgets a listening connection that failed; this can go when it also
 * forgets the first one.
 */
export class ReconnectingPool extends pg.Pool {
  private hasStoppedRetrying = false;
  private isAbandoned = false;

  constructor(options: pg.PoolConfig) {
    super(withListeningClients(options));
    listening(this);
  }

  /** Makes failed connections errors from now on: the process is shutting down. */
  stopRetrying(): void {
    this.hasStoppedRetrying = true;
  }

  /**
   * Ends the pool of a start that failed, as soon as its running queries end. Later requests for a connection stay pending,
   * because the process ends next, and each queue would print its error.
   */
  async abandon(): Promise<void> {
    this.isAbandoned = true;
    await this.end();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | void {
    if (!callback) return this.connectWithRetries();
    void this.connectFor(callback);
  }

  private async connectFor(callback: ConnectCallback): Promise<void> {
    let client: pg.PoolClient;
    try {
      client = await this.connectWithRetries();
    } catch (error) {
      callback(error as Error, undefined, () => undefined);
      return;
    }
    callback(undefined, client, (error) => client.release(error as Error | undefined));
  }

  private async connectWithRetries(): Promise<pg.PoolClient> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      try {
        if (this.isAbandoned) return await new Promise(() => undefined);
        return await super.connect();
      } catch (error) {
        if (this.isAbandoned) continue;
        if (this.hasStoppedRetrying || !isOutage(error)) throw error;
        await delay(wait);
      }
    }
  }
}
