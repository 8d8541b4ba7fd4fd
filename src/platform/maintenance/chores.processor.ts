import { InjectQueue, Processor } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { Clock } from '../clock/clock.js';
import { workerFacts } from '../queue/queue-facts.js';
import { JobProcessor } from '../queue/worker.js';
import { Chores } from './chores.js';

/** What has expired is refused by every statement already; deleting it only keeps tables small. */
const EVERY_MS = 5 * 60_000;

/** Queue `maintenance`: one scheduled job, run by one of the workers, does every chore. */
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
    void this.keepSchedule(() =>
      this.queue.upsertJobScheduler('chores', { every: EVERY_MS }, { name: 'chores' }),
    );
  }

  /** One that fails keeps none of the others from being done; the job fails then, and is tried again. */
  override async process(): Promise<void> {
    const failed: string[] = [];
    for (const chore of this.chores.all) {
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
