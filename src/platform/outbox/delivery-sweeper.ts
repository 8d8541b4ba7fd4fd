import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { Chores, PURGE_BATCH, purgeInBatches } from '../maintenance/chores.js';
import { Sweeper } from '../maintenance/sweeper.js';
import { EventDelivery } from './event-delivery.service.js';
import { Outbox } from './outbox.js';
import { OutgoingEventsRepository } from './outgoing-events.repository.js';

/** The delay of an event whose transaction adds no job, and of a retry that is due. */
const SWEEP_MS = 2_000;
/** Age after which an event's job counts as lost: a job that was added starts long before. */
const AGE_MS = 1_000;
/** A minute of work for a receiver that responds in a second: eight requests at a time. */
const BATCH = 500;
/** Longer than a transaction may take, plus the difference between the clocks of two processes. */
const LATE_COMMIT_MS = 60_000;
/** The lower bound is dropped this often, in case a clock was wrong by more. */
const FULL_SWEEP_EVERY = 300;
const DAY_MS = 24 * 3_600_000;
/** A week of delivered events for questions; a month of failed ones, so that they can be replayed after a holiday. */
const KEEP_DELIVERED_MS = 7 * DAY_MS;
const KEEP_FAILED_MS = 30 * DAY_MS;

/** Adds the jobs of events that are due: retries, lost jobs, events of transactions that add none. Purges old events. */
@Injectable()
export class DeliverySweeper extends Sweeper {
  /** Every pending event is due at or after this time. */
  private after = new Date(0);
  private sweeps = 0;

  constructor(
    private readonly events: OutgoingEventsRepository,
    private readonly outbox: Outbox,
    private readonly delivery: EventDelivery,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    chores: Chores,
  ) {
    super(SWEEP_MS);
    chores.register({ name: 'outgoing-events', run: (now) => this.tidy(now) });
  }

  override async sweep(): Promise<void> {
    // While the endpoint is unavailable only a probe is asked for: the other events wait in their rows.
    const limit = Math.min(BATCH, this.delivery.circuit.allowance);
    if (this.config.events === null || limit === 0) return;
    await this.wakeDue(limit).catch(this.warn);
  }

  private async wakeDue(limit: number): Promise<void> {
    this.sweeps += 1;
    if (this.sweeps % FULL_SWEEP_EVERY === 0) this.after = new Date(0);
    const before = new Date(this.clock.now().getTime() - AGE_MS);
    const due = await this.events.listDue(this.after, before, limit);
    const oldest = due[0]?.nextTryAt ?? before;
    this.after = new Date(oldest.getTime() - LATE_COMMIT_MS);
    await this.outbox.wake(...due.map(({ id }) => id));
  }

  private async tidy(now: Date): Promise<void> {
    const ago = (ms: number) => new Date(now.getTime() - ms);
    await purgeInBatches(() => this.events.giveUp(now, PURGE_BATCH));
    await purgeInBatches(() => this.events.purge(ago(KEEP_DELIVERED_MS), ago(KEEP_FAILED_MS), PURGE_BATCH));
  }
}
