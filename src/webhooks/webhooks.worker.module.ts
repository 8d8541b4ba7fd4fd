import { Module } from '@nestjs/common';
import { WebhookHandler } from './webhook-handler.service.js';
import { WebhookSweeper } from './webhook-sweeper.js';
import { WebhooksModule } from './webhooks.module.js';
import { WebhooksProcessor } from './webhooks.processor.js';

/** Handles the events of the inbox. */
@Module({
  imports: [WebhooksModule],
  providers: [WebhookHandler, WebhookSweeper, WebhooksProcessor],
})
export class WebhooksWorkerModule {}
