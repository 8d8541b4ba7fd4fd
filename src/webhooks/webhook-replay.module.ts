import { Module } from '@nestjs/common';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookQueue } from './webhook-queue.js';
import { WebhookReplay } from './webhook-replay.service.js';

/** Replaying an event: by an admin, or by `npm run billing:replay`. */
@Module({
  providers: [WebhookEventsRepository, WebhookQueue, WebhookReplay],
  exports: [WebhookReplay],
})
export class WebhookReplayModule {}
