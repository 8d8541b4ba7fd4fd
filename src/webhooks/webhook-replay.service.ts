import { Injectable } from '@nestjs/common';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookQueue } from './webhook-queue.js';

/** Has an event worked on once more, whatever became of it. */
@Injectable()
export class WebhookReplay {
  constructor(
    private readonly events: WebhookEventsRepository,
    private readonly queue: WebhookQueue,
  ) {}

  /** @returns is there such an event? */
  async replay(eventId: string): Promise<boolean> {
    if (!(await this.events.reopen(eventId))) return false;
    await this.queue.add([eventId]);
    return true;
  }
}
