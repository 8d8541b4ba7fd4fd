import { WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';

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
}
