import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../platform/database/database.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookQueue } from './webhook-queue.js';

/** Replays an event, regardless of its state. */
@Injectable()
export class WebhookReplay {
  constructor(
    private readonly events: WebhookEventsRepository,
    private readonly queue: WebhookQueue,
    private readonly database: Database,
  ) {}

  /**
   * @param note writes an entry in the same transaction
   * @returns whether the event exists
   */
  async replay(
    eventId: string,
    note: (manager: EntityManager) => Promise<void> = () => Promise.resolve(),
  ): Promise<boolean> {
    const isKnown = await this.database.tx(async (manager) => {
      if (!(await this.events.reopen(eventId, manager))) return false;
      await note(manager);
      return true;
    });
    if (isKnown) await this.queue.add([eventId]);
    return isKnown;
  }
}
