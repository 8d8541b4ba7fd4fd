import { Processor } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { workerFacts } from '../../platform/queue/queue-facts.js';
import { JobProcessor } from '../../platform/queue/worker.js';
import { BillingClosing } from '../account/billing-closing.service.js';
import { BillingQueue } from './billing-queue.js';
import { BillingReconciliation } from './billing-reconciliation.service.js';

/** Queue `billing`: the nightly comparison, and the closing of deleted accounts. */
@Processor('billing', workerFacts('billing'))
export class BillingProcessor extends JobProcessor<object> {
  constructor(
    private readonly closing: BillingClosing,
    private readonly reconciliation: BillingReconciliation,
    private readonly queue: BillingQueue,
  ) {
    super();
  }

  override onApplicationBootstrap(): void {
    super.onApplicationBootstrap();
    void this.keepSchedule(() => this.queue.scheduleReconciliation());
  }

  /** @throws Error when an account could not be compared, so that the job is retried */
  private async reconcile(): Promise<void> {
    const { failed } = await this.reconciliation.run();
    if (failed > 0) throw new Error(`${failed} accounts could not be compared`);
  }

  override async process(job: Job<object>): Promise<void> {
    if (job.name === 'close') await this.closing.close(job.id!);
    else await this.reconcile();
  }
}
