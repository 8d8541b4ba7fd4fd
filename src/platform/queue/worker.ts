import { setTimeout as pause } from 'node:timers/promises';
import { WorkerHost } from '@nestjs/bullmq';
import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Job, Worker } from 'bullmq';
import { withTimeout } from '../concurrency/with-timeout.js';
import { countJobs } from './queue.metrics.js';
import { isPostgres, type QueueConnection } from './queue-backend.js';

/** How long a shutdown waits to learn whether the worker is connected; a connected one responds at once. */
const CONNECTED_MS = 200;
/** Pause after a failed fetch; BullMQ uses the same time after a failed blocking wait. */
const FAILED_FETCH_PAUSE_MS = 100;
/** Pause before a schedule is written again after the queue was unavailable. */
const SCHEDULE_RETRY_MS = 30_000;

/**
 * Base of all processors: an error listener (a Worker without one ends the process when its connection is lost), one log
 * line per failed job, and an orderly end. A processor is an adapter: job → one service call.
 */
export abstract class JobProcessor<T>
  extends WorkerHost
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  protected readonly logger = new Logger(this.constructor.name);
  private ended: Promise<void> = Promise.resolve();

  abstract override process(job: Job<T>): Promise<void>;

  onApplicationBootstrap(): void {
    pauseAfterFailedFetch(this.worker);
    countJobs(this.worker);
    this.worker.on('error', (error) =>
      this.logger.warn(`queue ${this.worker.name} unavailable, its worker retries: ${error.message}`),
    );
    this.worker.on('failed', (job, error) =>
      this.logger.error({ msg: `job failed: ${error.message}`, queue: this.worker.name, job_id: job?.id }),
    );
  }

  /** Starts to close. All workers close at the same time, because without a queue connection each takes seconds. */
  onModuleDestroy(): void {
    this.ended = this.close().catch((error: Error) =>
      this.logger.warn(`worker did not close cleanly: ${error.message}`),
    );
  }

  /** Waits for the worker to close, before connections are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.ended;
  }

  /**
   * Takes no more jobs and waits for the running ones. While Redis is down it does not wait, since their end could not be
   * reported; another worker runs them again when Redis is back.
   */
  protected async close(): Promise<void> {
    await this.worker.close(await this.isDisconnected());
  }

  private async isDisconnected(): Promise<boolean> {
    if (isPostgres(this.worker.opts.connection as QueueConnection)) return false;
    // The promise of a worker that has never connected stays pending: the timeout counts as disconnected.
    return withTimeout(this.worker.backend.client, CONNECTED_MS).then(
      ({ status }) => status !== 'ready',
      () => true,
    );
  }

  /** Writes the schedule of a job, and retries until it is written. Every worker writes the same schedule, which is one. */
  protected async keepSchedule(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.logger.warn(
        `queue ${this.worker.name} unavailable, writing the job schedule again in 30 s: ${(error as Error).message}`,
      );
      setTimeout(() => void this.keepSchedule(write), SCHEDULE_RETRY_MS).unref();
    }
  }
}

/**
 * Adds a pause after a failed fetch of the next job. BullMQ fetches again at once. While Redis is down commands fail at once,
 * so BullMQ would loop in microtasks: no timer or socket of the process would run again, and the connection would never
 * reopen. Found with a worker whose last job ended while Redis was down. Can go when BullMQ pauses after
 * every failed fetch, not only after the errors that it takes for connection errors (`retryIfFailed` in its worker.ts).
 */
function pauseAfterFailedFetch({ backend }: Worker): void {
  const ask = backend.moveToActive.bind(backend);
  backend.moveToActive = async (...job) => {
    try {
      return await ask(...job);
    } catch (error) {
      await pause(FAILED_FETCH_PAUSE_MS);
      throw error;
    }
  };
}
