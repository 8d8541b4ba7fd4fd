import { WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';

/** How long to wait before a schedule is written again when the queue could not be reached. */
const SCHEDULE_RETRY_MS = 30_000;

/**
 * What every processor has in common: an error listener (a Worker without one takes the process down with the first
 * lost connection) and one log line for a job that threw. A processor is an adapter: job → one service call.
 */
export abstract class JobProcessor<T> extends WorkerHost implements OnApplicationBootstrap {
  protected readonly logger = new Logger(this.constructor.name);

  abstract override process(job: Job<T>): Promise<void>;

  onApplicationBootstrap(): void {
    this.worker.on('error', (error) => this.logger.warn(`worker: ${error.message}`));
    this.worker.on('failed', (job, error) =>
      this.logger.error(`job ${job?.id ?? '?'} failed: ${error.message}`),
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
