import { setImmediate as endOfTurn } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bullmq';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import type { EventType } from '../config/event-types.js';
import { newId } from '../crypto/id.js';
import { withTimeout } from '../concurrency/with-timeout.js';
import { addJobs } from '../queue/add-jobs.js';
import { readCounts } from '../queue/queue-counts.js';
import { GIVE_UP_MS } from './delivery-policy.js';
import { OutgoingEventsRepository } from './outgoing-events.repository.js';

/** Jobs that wait at most, some more within a second: minutes of work for a receiver that responds in a second. */
export const MOST_WAITING = 2_000;
/** Interval of counting them; also the longest wait for the count. */
const READ_WAITING_MS = 1_000;

/**
 * Outbox: tells the app's server (EVENTS_WEBHOOK_URL) what has happened, at least once.
 *
 * Problem: a request to another server within a change would slow it down, get lost with the process, or announce a change that
 * was rolled back.
 *
 * How it works: the change and its event are one commit. A feature asks {@link wants}, writes a row of `outgoing_events` in
 * the statement or transaction of its change, and calls {@link wake} after the commit. The row is the outbox; the job only
 * wakes a worker, and the sweeper adds a lost one. The worker posts the event (event-delivery.service.ts) and notes the
 * result in the row. A failed try is repeated for three days (delivery-policy.ts).
 *
 * When the receiver is down, events wait in their rows and a circuit spares the requests; replies do not notice. When it is slow,
 * only a bounded number of events has jobs. When the queue is down, the sweeper of a worker adds the jobs later.
 *
 * Cost: nothing without EVENTS_WEBHOOK_URL: the statements that end replies are those without an event. With it, one row
 * in the statement that runs anyway, and two short statements for the delivery.
 *
 * It promises no order, and it sends ids and states only, no text.
 */
@Injectable()
export class Outbox {
  private readonly logger = new Logger('Outbox');
  private readonly types: ReadonlySet<EventType>;

  /** Jobs that waited when they were counted last. */
  private readonly waiting = { jobs: 0, readAtMs: -Infinity };

  /** Events of this event-loop turn, and when their jobs have been added. */
  private collecting: { ids: string[]; added: Promise<void> } | null = null;

  constructor(
    private readonly events: OutgoingEventsRepository,
    @InjectQueue('deliveries') private readonly queue: Queue,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    this.types = new Set(config.events?.types);
  }

  /** Whether events of this type are sent. If not, nothing is to be written. */
  wants(type: EventType): boolean {
    return this.types.has(type);
  }

  /** The id of an event that a statement is to write; null: no event of this type is sent. */
  newEventId(type: EventType): string | null {
    return this.wants(type) ? newId() : null;
  }

  /**
   * Writes an event in the transaction of its change, if events of its type are sent. The sweeper of a worker finds it.
   * @param userId whose deletion erases the row; null: it outlives the account
   */
  async add(
    type: EventType,
    { userId, data }: { userId: string | null; data: object },
    manager: EntityManager,
  ): Promise<void> {
    if (this.wants(type)) await this.events.insert(this.newEvent(type, userId, data), manager);
  }

  /** Writes an event that happens once, and wakes a worker. `onceKey` names the occasion. */
  async addOnce(
    type: EventType,
    { userId, data, onceKey }: { userId: string; data: object; onceKey: string },
  ): Promise<void> {
    if (!this.wants(type)) return;
    const event = this.newEvent(type, userId, data);
    if (await this.events.insertOnce({ ...event, userId, onceKey })) await this.wake(event.id);
  }

  /** Adds the jobs of events, after the commit, together with all others of this event-loop turn. Never throws. */
  async wake(...eventIds: (string | null)[]): Promise<void> {
    const ids = eventIds.filter((id) => id !== null);
    if (ids.length === 0) return;
    this.collecting ??= { ids: [], added: this.collected() };
    this.collecting.ids.push(...ids);
    await this.collecting.added;
  }

  private async collected(): Promise<void> {
    await endOfTurn();
    const { ids } = this.collecting!;
    this.collecting = null;
    if (await this.isQueueFull()) return;
    await addJobs(this.queue, this.logger, 'event', ids);
  }

  /** While the queue has many jobs, events wait in their rows alone: a slow receiver must not fill the memory of Redis. */
  private async isQueueFull(): Promise<boolean> {
    const now = performance.now();
    if (now - this.waiting.readAtMs > READ_WAITING_MS) {
      this.waiting.readAtMs = now;
      const counted = withTimeout(readCounts(this.queue), READ_WAITING_MS);
      // If the queue is down, adding a job reports it.
      this.waiting.jobs = await counted.then(({ waiting }) => waiting).catch(() => 0);
    }
    return this.waiting.jobs >= MOST_WAITING;
  }

  private newEvent(type: EventType, userId: string | null, data: object) {
    const now = this.clock.now();
    return { id: newId(), type, userId, data, now, giveUpAt: new Date(now.getTime() + GIVE_UP_MS) };
  }
}
