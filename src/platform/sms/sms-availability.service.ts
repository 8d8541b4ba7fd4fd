import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Problem } from '../problem/problem.js';
import type { BreakerListener } from './guarded-sms.sender.js';
import { ServiceOutagesRepository } from './service-outages.repository.js';

const SERVICE = 'sms';

/** Whether codes can be sent: workers tell it when their breaker opens, every sending route asks it. */
@Injectable()
export class SmsAvailabilityService implements BreakerListener {
  private readonly logger = new Logger('Sms');

  constructor(
    private readonly outages: ServiceOutagesRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `unavailable` with Retry-After while the provider's breaker is open, whoever asks */
  async assertUp(): Promise<void> {
    const now = this.clock.now();
    const endsAt = await this.outages.endOf(SERVICE, now);
    if (endsAt) throw Problem.unavailable(undefined, (endsAt.getTime() - now.getTime()) / 1000);
  }

  opened(openMs: number): void {
    this.logger.error(`the SMS provider is down: nothing is sent for ${openMs / 1000} s`);
    this.tell(this.outages.begin(SERVICE, new Date(this.clock.now().getTime() + openMs)));
  }

  closed(): void {
    this.logger.log('the SMS provider is back');
    this.tell(this.outages.end(SERVICE));
  }

  /** Not waited for: an outage that could not be written costs an SMS that does not arrive, and ends by itself. */
  private tell(written: Promise<void>): void {
    written.catch((error: Error) =>
      this.logger.warn(`the SMS outage could not be written: ${error.message}`),
    );
  }
}
