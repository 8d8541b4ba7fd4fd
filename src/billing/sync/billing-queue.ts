import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { addJobs } from '../../platform/queue/add-jobs.js';

/** Every night at 03:17 UTC, when few users pay. */
const NIGHTLY = '17 3 * * *';

/** Jobs of the queue `billing`. */
@Injectable()
export class BillingQueue {
  private readonly logger = new Logger('BillingQueue');

  constructor(@InjectQueue('billing') private readonly queue: Queue) {}

  /** Never throws. The user's id is the job's id: one job per user at a time. */
  addClosing(userIds: string[]): Promise<void> {
    return addJobs(this.queue, this.logger, 'close', userIds);
  }

  async scheduleReconciliation(): Promise<void> {
    await this.queue.upsertJobScheduler(
      'reconcile',
      { pattern: NIGHTLY, tz: 'UTC' },
      { name: 'reconcile', opts: { attempts: 3, backoff: { type: 'exponential', delay: 60_000 } } },
    );
  }
}
