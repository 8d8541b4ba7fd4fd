import { Processor } from '@nestjs/bullmq';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { Job } from 'bullmq';
import { workerFacts } from '../platform/queue/queue-facts.js';
import { JobProcessor } from '../platform/queue/worker.js';
import { BillingClosing } from './billing-closing.service.js';
import { BillingQueue } from './billing-queue.js';
import { BillingReconciliation } from './billing-reconciliation.service.js';

/** How long to wait before the schedule is written again when the queue could not be reached at start. */
const RETRY_MS = 30_000;

/** Queue `billing`: the nightly comparison, and accounts that are closed. */
@Processor('billing', workerFacts('billing'))
export class BillingProcessor extends JobProcessor<object> implements BeforeApplicationShutdown {
  constructor(
    private readonly closing: BillingClosing,
    private readonly reconciliation: BillingReconciliation,
    private readonly queue: BillingQueue,
  ) {
    super();
  }

  override onApplicationBootstrap(): void {
    super.onApplicationBootstrap();
    void this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  override async process(job: Job<object>): Promise<void> {
    if (job.name === 'close') await this.closing.close(job.id!);
    else await this.reconciliation.run();
  }

  private async schedule(): Promise<void> {
    try {
      await this.queue.scheduleReconciliation();
    } catch (error) {
      this.logger.warn(`the nightly comparison is not scheduled yet: ${(error as Error).message}`);
      setTimeout(() => void this.schedule(), RETRY_MS).unref();
    }
  }
}
