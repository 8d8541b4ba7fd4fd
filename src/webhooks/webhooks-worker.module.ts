import { Module } from '@nestjs/common';
import { BillingModule } from '../billing/billing.module.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookHandler } from './webhook-handler.service.js';
import { WebhookQueue } from './webhook-queue.js';
import { WebhookSweeper } from './webhook-sweeper.js';
import { WebhooksProcessor } from './webhooks.processor.js';

/** The worker's side: does what the events in the inbox ask for. Needs MaintenanceModule beside it. */
@Module({
  imports: [BillingModule],
  providers: [WebhookEventsRepository, WebhookHandler, WebhookQueue, WebhookSweeper, WebhooksProcessor],
})
export class WebhooksWorkerModule {}
