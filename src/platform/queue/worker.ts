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
import { isPostgres, type QueueConnection } from './queue-backend.js';

/** A connection that is there answers at once. */
const CONNECTED_MS = 200;
/** As long as BullMQ itself waits after a wait for jobs that failed. */
const FAILED_FETCH_PAUSE_MS = 100;
/** How long to wait before a schedule is written again when the queue could not be reached. */
const SCHEDULE_RETRY_MS = 30_000;

/**
 * What every processor has in common: an error listener (a Worker without one takes the process down with the first
 * lost connection) and one log line for a job that threw. A processor is an adapter: job → one service call.
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
    this.worker.on('error', (error) => this.logger.warn(`worker: ${error.message}`));
    this.worker.on('failed', (job, error) =>
      this.logger.error(`job ${job?.id ?? '?'} failed: ${error.message}`),
    );
  }

  /** All workers begin to close at once: with the queue's connection away each takes seconds to believe it. */
  onModuleDestroy(): void {
    this.ended = this.close().catch((error: Error) => this.logger.warn(`close: ${error.message}`));
  }

  /** Before connections close. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.ended;
  }

  /**
   * Takes no more jobs and ends the running ones. While Redis is down their end cannot be reported, and BullMQ would
   * wait for Redis: they run again, in the worker that takes them when Redis is back.
   */
  protected async close(): Promise<void> {
    await this.worker.close(await this.isDisconnected());
  }

  private async isDisconnected(): Promise<boolean> {
    if (isPostgres(this.worker.opts.connection as QueueConnection)) return false;
    // One that has never connected is not there to be asked.
    return withTimeout(this.worker.backend.client, CONNECTED_MS).then(
      ({ status }) => status !== 'ready',
      () => true,
    );
  }

  /** Writes the schedule of a job, as often as it takes; the same one from every worker is one. */
  protected async keepSchedule(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.logger.warn(`the schedule is not written yet: ${(error as Error).message}`);
      setTimeout(() => void this.keepSchedule(write), SCHEDULE_RETRY_MS).unref();
    }
  }
}

/**
 * BullMQ asks for the next job again as soon as that has failed. Where commands fail at once, because the connection is
 * away and must not be waited for, that is a loop of microtasks alone: no timer and no socket gets its turn any more, so the
 * connection never comes back, and the process is busy for ever. A worker whose last job ended while Redis was away did so.
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
