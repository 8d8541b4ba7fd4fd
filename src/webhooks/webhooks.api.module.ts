import { Module } from '@nestjs/common';
import { StripeSignature } from './stripe-signature.js';
import { WebhookInbox } from './webhook-inbox.service.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksModule } from './webhooks.module.js';

/** The route that Stripe calls. */
@Module({
  imports: [WebhooksModule],
  controllers: [WebhooksController],
  providers: [StripeSignature, WebhookInbox],
})
export class WebhooksApiModule {}
