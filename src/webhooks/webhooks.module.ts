import { Module } from '@nestjs/common';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookQueue } from './webhook-queue.js';
import { WebhookMetrics } from './webhooks.metrics.js';
import { WebhookReplay } from './webhook-replay.service.js';

/** The inbox of Stripe's events, its queue, and the replay of an event (by an admin or `npm run billing:replay`). */
@Module({
  providers: [WebhookEventsRepository, WebhookMetrics, WebhookQueue, WebhookReplay],
  exports: [WebhookEventsRepository, WebhookQueue, WebhookReplay],
})
export class WebhooksModule {}
