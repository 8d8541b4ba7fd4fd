import { Processor } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { workerFacts } from '../platform/queue/queue-facts.js';
import { JobProcessor } from '../platform/queue/worker.js';
import { WebhookHandler } from './webhook-handler.service.js';

/** Queue `webhooks`: one event per job. */
@Processor('webhooks', workerFacts('webhooks'))
export class WebhooksProcessor extends JobProcessor<object> {
  constructor(private readonly handler: WebhookHandler) {
    super();
  }

  override async process(job: Job<object>): Promise<void> {
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    await this.handler.handle(job.id!, isLast);
  }
}
