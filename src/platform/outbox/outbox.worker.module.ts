import { Module } from '@nestjs/common';
import { DeliveriesProcessor } from './deliveries.processor.js';
import { DeliverySweeper } from './delivery-sweeper.js';
import { EventDelivery } from './event-delivery.service.js';

/** Delivers the events of the outbox. */
@Module({ providers: [DeliveriesProcessor, DeliverySweeper, EventDelivery] })
export class OutboxWorkerModule {}
