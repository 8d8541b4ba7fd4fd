import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Problem } from '../problem/problem.js';
import type { BreakerListener } from './guarded-sms.sender.js';
import { ServiceOutagesRepository } from './service-outages.repository.js';

const SERVICE = 'sms';

/** Shares whether codes can be sent: workers report when their breaker opens, and every sending route checks it. */
@Injectable()
export class SmsAvailabilityService implements BreakerListener {
  private readonly logger = new Logger('Sms');

  constructor(
    private readonly outages: ServiceOutagesRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `unavailable` with Retry-After while the provider's breaker is open, for every caller */
  async assertUp(): Promise<void> {
    const now = this.clock.now();
    const endsAt = await this.outages.endOf(SERVICE, now);
    if (endsAt) throw Problem.unavailable(undefined, (endsAt.getTime() - now.getTime()) / 1000);
  }

  opened(openMs: number): void {
    this.logger.error(`SMS provider down, no message is sent for ${openMs / 1000} s`);
    this.report(this.outages.begin(SERVICE, new Date(this.clock.now().getTime() + openMs)));
  }

  closed(): void {
    this.logger.log('SMS provider available again');
    this.report(this.outages.end(SERVICE));
  }

  /**
   * Stores the change without waiting. If that fails, codes are accepted during the outage and arrive late or never; the
   * outage still ends by itself.
   */
  private report(written: Promise<void>): void {
    written.catch((error: Error) => this.logger.warn(`SMS outage not stored: ${error.message}`));
  }
}
