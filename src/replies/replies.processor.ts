import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { DelayedError, type Job } from 'bullmq';
import { replyOf } from '../messages/replies/reply-queue.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { workerFacts } from '../platform/queue/queue-facts.js';
import { JobProcessor } from '../platform/queue/worker.js';
import { ReplyGenerator } from './reply-generator.service.js';

/** Runs jobs of the queue `replies`: one job, one call, one outcome. */
@Processor('replies', workerFacts('replies'))
export class RepliesProcessor extends JobProcessor<object> {
  constructor(
    private readonly generator: ReplyGenerator,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  override onApplicationBootstrap(): void {
    super.onApplicationBootstrap();
    this.worker.concurrency = this.config.worker.concurrency;
  }

  /** Takes no new jobs, and releases the running replies for other workers. */
  protected override async close(): Promise<void> {
    await this.worker.pause(true);
    this.generator.stop();
    await super.close();
  }

  override async process(job: Job<object>, token?: string): Promise<void> {
    const outcome = await this.generator.generate(replyOf(job.id!));
    if (outcome.done) return;
    // The machine's time, not the sandbox clock's, because BullMQ does the waiting.
    await job.moveToDelayed(Date.now() + outcome.delayMs, token);
    throw new DelayedError();
  }
}
