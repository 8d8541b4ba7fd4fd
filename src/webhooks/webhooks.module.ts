import { Module } from '@nestjs/common';
import { StripeSignature } from './stripe-signature.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookInbox } from './webhook-inbox.service.js';
import { WebhookQueue } from './webhook-queue.js';
import { WebhooksController } from './webhooks.controller.js';

/** What Stripe calls. Not loaded with BILLING=off. */
@Module({
  controllers: [WebhooksController],
  providers: [StripeSignature, WebhookEventsRepository, WebhookInbox, WebhookQueue],
})
export class WebhooksModule {}
