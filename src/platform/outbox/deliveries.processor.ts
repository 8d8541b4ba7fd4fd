import { Processor } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { workerFacts } from '../queue/queue-facts.js';
import { JobProcessor } from '../queue/worker.js';
import { EventDelivery } from './event-delivery.service.js';

/** Queue `deliveries`: one try of one event per job. */
@Processor('deliveries', workerFacts('deliveries'))
export class DeliveriesProcessor extends JobProcessor<object> {
  constructor(private readonly delivery: EventDelivery) {
    super();
  }

  override async process(job: Job<object>): Promise<void> {
    await this.delivery.deliver(job.id!);
  }
}
