import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { GIVE_UP_MS } from './delivery-policy.js';
import { Outbox } from './outbox.js';
import { OutgoingEventsRepository, type OutgoingEvent } from './outgoing-events.repository.js';

/** Sends an event again, regardless of its state, under the same webhook-id. */
@Injectable()
export class DeliveryReplay {
  constructor(
    private readonly events: OutgoingEventsRepository,
    private readonly outbox: Outbox,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @param note writes an entry in the same transaction
   * @returns the event as it is now; null: there is none
   */
  async replay(
    eventId: string,
    note: (manager: EntityManager) => Promise<void>,
  ): Promise<OutgoingEvent | null> {
    const now = this.clock.now();
    const event = await this.database.tx(async (manager) => {
      const reopened = await this.events.reopen(eventId, now, new Date(now.getTime() + GIVE_UP_MS), manager);
      if (reopened) await note(manager);
      return reopened;
    });
    if (event) await this.outbox.wake(event.id);
    return event;
  }
}
