import { Global, Module } from '@nestjs/common';
import { DeliveryReplay } from './delivery-replay.service.js';
import { Outbox } from './outbox.js';
import { OutboxMetrics } from './outbox.metrics.js';
import { OutgoingEventsRepository } from './outgoing-events.repository.js';

/** The outbox of events, in every process: features write to it. */
@Global()
@Module({
  providers: [DeliveryReplay, Outbox, OutboxMetrics, OutgoingEventsRepository],
  exports: [DeliveryReplay, Outbox, OutgoingEventsRepository],
})
export class OutboxModule {}
