import { Processor } from '@nestjs/bullmq';
import { SpanKind } from '@opentelemetry/api';
import type { Job } from 'bullmq';
import { messaging } from '../platform/queue/add-jobs.js';
import { workerFacts } from '../platform/queue/queue-facts.js';
import { JobProcessor } from '../platform/queue/worker.js';
import { traced } from '../platform/tracing/tracing.js';
import { WebhookHandler } from './webhook-handler.service.js';

/** Queue `webhooks`: one event per job. */
@Processor('webhooks', workerFacts('webhooks'))
export class WebhooksProcessor extends JobProcessor<object> {
  constructor(private readonly handler: WebhookHandler) {
    super();
  }

  override async process(job: Job<object>): Promise<void> {
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    await traced(
      'process webhooks',
      () => ({
        kind: SpanKind.CONSUMER,
        parent: null,
        attributes: { ...messaging('webhooks', 'process'), 'messaging.message.id': job.id! },
      }),
      () => this.handler.handle(job.id!, isLast),
    );
  }
}
