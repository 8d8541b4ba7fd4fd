import { Processor } from '@nestjs/bullmq';
import { SpanKind } from '@opentelemetry/api';
import type { Job } from 'bullmq';
import { messaging } from '../platform/queue/add-jobs.js';
import { workerFacts } from '../platform/queue/queue-facts.js';
import { JobProcessor } from '../platform/queue/worker.js';
import { traced } from '../platform/tracing/tracing.js';
import { TitleWriter } from './title-writer.service.js';

/** Queue `titles`: one room per job. */
@Processor('titles', workerFacts('titles'))
export class TitlesProcessor extends JobProcessor<object> {
  constructor(private readonly writer: TitleWriter) {
    super();
  }

  /** Takes no new jobs, and aborts the running calls: a shutdown does not wait for a model. */
  protected override async close(): Promise<void> {
    await this.worker.pause(true);
    this.writer.stop();
    await super.close();
  }

  override async process(job: Job<object>): Promise<void> {
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    await traced(
      'process titles',
      () => ({
        kind: SpanKind.CONSUMER,
        parent: null,
        attributes: { ...messaging('titles', 'process'), 'messaging.message.id': job.id! },
      }),
      () => this.writer.write(job.id!, isLast),
    );
  }
}
