import { Processor } from '@nestjs/bullmq';
import { UnrecoverableError, type Job } from 'bullmq';
import { workerFacts } from '../../platform/queue/queue-facts.js';
import { JobProcessor } from '../../platform/queue/worker.js';
import { SmsFailure } from '../../platform/sms/sms-sender.js';
import { CodeDeliveryService } from './code-delivery.service.js';
import type { SendCodeJob } from './code-queue.js';

/** Queue `sms`: one code per job. Three tries (queue facts); a number that the provider refuses is not retried. */
@Processor('sms', workerFacts('sms'))
export class CodeDeliveryProcessor extends JobProcessor<SendCodeJob> {
  constructor(private readonly delivery: CodeDeliveryService) {
    super();
  }

  override async process(job: Job<SendCodeJob>): Promise<void> {
    if (job.data.muted) return;
    try {
      await this.delivery.deliver(job.data.challengeId, `sms_${job.timestamp}_${job.id}`);
    } catch (error) {
      if (error instanceof SmsFailure && error.permanent) throw new UnrecoverableError(error.message);
      throw error;
    }
  }
}
