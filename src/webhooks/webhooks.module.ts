import { Module } from '@nestjs/common';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookQueue } from './webhook-queue.js';
import { WebhookReplay } from './webhook-replay.service.js';

/** The inbox of Stripe's events and its queue, and working on an event again (an admin, `npm run billing:replay`). */
@Module({
  providers: [WebhookEventsRepository, WebhookQueue, WebhookReplay],
  exports: [WebhookEventsRepository, WebhookQueue, WebhookReplay],
})
export class WebhooksModule {}
