import { InjectQueue, Processor } from '@nestjs/bullmq';
import type { Job, Queue } from 'bullmq';
import { Clock } from '../clock/clock.js';
import { workerFacts } from '../queue/queue-facts.js';
import { JobProcessor } from '../queue/worker.js';
import { Chores } from './chores.js';

/** Interval of frequent chores. Statements refuse expired rows already; deleting them only keeps tables small. */
const EVERY_MS = 5 * 60_000;
/** 02:47 UTC: a time of little load, and not the time of the reconciliation with Stripe (billing-queue.ts). */
const NIGHTLY = '47 2 * * *';

/** Processor of the queue `maintenance`: two scheduled jobs, each run by one worker, run all chores. */
@Processor('maintenance', workerFacts('maintenance'))
export class ChoresProcessor extends JobProcessor<object> {
  constructor(
    private readonly chores: Chores,
    private readonly clock: Clock,
    @InjectQueue('maintenance') private readonly queue: Queue,
  ) {
    super();
  }

  override onApplicationBootstrap(): void {
    super.onApplicationBootstrap();
    void this.keepSchedule(async () => {
      await this.queue.upsertJobScheduler('chores', { every: EVERY_MS }, { name: 'chores' });
      await this.queue.upsertJobScheduler('nightly', { pattern: NIGHTLY, tz: 'UTC' }, { name: 'nightly' });
    });
  }

  /** Runs the chores. A failed chore does not stop the others; the job fails at the end and is retried. */
  override async process(job: Job<object>): Promise<void> {
    const failed: string[] = [];
    for (const chore of this.chores.at(job.name === 'nightly' ? 'nightly' : 'frequent')) {
      try {
        await chore.run(this.clock.now());
      } catch (error) {
        this.logger.warn(`chore ${chore.name} failed, retrying later: ${(error as Error).message}`);
        failed.push(chore.name);
      }
    }
    if (failed.length > 0) throw new Error(`chores failed: ${failed.join(', ')}`);
  }
}
