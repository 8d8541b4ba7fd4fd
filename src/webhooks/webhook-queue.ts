import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { addJobs } from '../platform/queue/add-jobs.js';

/** Adds the jobs of events, each under its event's id. */
@Injectable()
export class WebhookQueue {
  private readonly logger = new Logger('WebhookQueue');

  constructor(@InjectQueue('webhooks') private readonly queue: Queue) {}

  /** Never throws. */
  add(eventIds: string[]): Promise<void> {
    return addJobs(this.queue, this.logger, 'event', eventIds);
  }
}
