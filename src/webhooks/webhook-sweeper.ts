import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Chores, PURGE_BATCH, purgeInBatches } from '../platform/maintenance/chores.js';
import { Sweeper } from '../platform/maintenance/sweeper.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookQueue } from './webhook-queue.js';

const SWEEP_MS = 5_000;
/** Age after which an event's job counts as lost: a job that was added starts long before. */
const AGE_MS = 3_000;
const BATCH = 500;
/** Longer than Stripe retries an event (3 days) or shows it (30 days). */
const KEEP_MS = 90 * 24 * 3_600_000;

/** Adds lost jobs again: the inbox is also the outbox of its jobs, and a duplicate job id costs nothing. Purges old events. */
@Injectable()
export class WebhookSweeper extends Sweeper {
  constructor(
    private readonly events: WebhookEventsRepository,
    private readonly queue: WebhookQueue,
    private readonly clock: Clock,
    chores: Chores,
  ) {
    super(SWEEP_MS);
    chores.register({
      name: 'webhook-events',
      run: (now) => purgeInBatches(() => events.purge(new Date(now.getTime() - KEEP_MS), PURGE_BATCH)),
    });
  }

  override async sweep(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - AGE_MS);
    await this.events
      .listReceived(before, BATCH)
      .then((ids) => this.queue.add(ids))
      .catch(this.warn);
  }
}
