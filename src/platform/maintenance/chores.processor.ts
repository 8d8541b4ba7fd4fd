import { InjectQueue, Processor } from '@nestjs/bullmq';
import type { Job, Queue } from 'bullmq';
import { Clock } from '../clock/clock.js';
import { workerFacts } from '../queue/queue-facts.js';
import { JobProcessor } from '../queue/worker.js';
import { Chores } from './chores.js';

/** What has expired is refused by every statement already; deleting it only keeps tables small. */
const EVERY_MS = 5 * 60_000;
/** When few people are there; in UTC, and not when Stripe is compared with (billing-queue.ts). */
const NIGHTLY = '47 2 * * *';

/** Queue `maintenance`: two scheduled jobs, each run by one of the workers, do every chore. */
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

  /** One that fails keeps none of the others from being done; the job fails then, and is tried again. */
  override async process(job: Job<object>): Promise<void> {
    const failed: string[] = [];
    for (const chore of this.chores.at(job.name === 'nightly' ? 'nightly' : 'frequent')) {
      try {
        await chore.run(this.clock.now());
      } catch (error) {
        this.logger.warn(`chore ${chore.name}: ${(error as Error).message}`);
        failed.push(chore.name);
      }
    }
    if (failed.length > 0) throw new Error(`chores failed: ${failed.join(', ')}`);
  }
}
