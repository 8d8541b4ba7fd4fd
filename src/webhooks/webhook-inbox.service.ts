import { Inject, Injectable, Logger } from '@nestjs/common';
import { isLive, STRIPE_ENDPOINT } from '../billing/stripe/stripe-endpoint.js';
import { Clock } from '../platform/clock/clock.js';
import type { StripeSettings } from '../platform/config/config.js';
import { Problem } from '../platform/problem/problem.js';
import { readIncoming, type IncomingEvent } from './incoming-event.js';
import { StripeSignature } from './stripe-signature.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookQueue } from './webhook-queue.js';

/** SQLSTATE classes of a value that a column cannot hold: data exceptions, and broken constraints. */
const UNSTORABLE = /^2[23]/;

/** Takes Stripe's events: once an event is acknowledged, it is here, or nothing can be done with it. */
@Injectable()
export class WebhookInbox {
  private readonly logger = new Logger('Webhooks');

  constructor(
    @Inject(STRIPE_ENDPOINT) private readonly endpoint: StripeSettings,
    private readonly signature: StripeSignature,
    private readonly events: WebhookEventsRepository,
    private readonly queue: WebhookQueue,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `signature_invalid`; `unavailable` when it cannot be kept now: Stripe will send it again */
  async take(body: unknown, signature: unknown): Promise<void> {
    const incoming = readIncoming(this.signature.verify(body, signature), isLive(this.endpoint));
    if ('unreadable' in incoming) return this.leave(incoming.unreadable);
    const { event } = incoming;
    const isNew = await this.keep(event);
    if (isNew && event.state === 'received') await this.queue.add([event.id]);
  }

  private async keep(event: IncomingEvent): Promise<boolean> {
    try {
      return await this.events.insert({ ...event, receivedAt: this.clock.now() });
    } catch (error) {
      // The same bytes would fail again, for days; anything else may pass.
      if (!UNSTORABLE.test((error as { code?: string }).code ?? '')) throw Problem.unavailable(error);
      this.leave('it cannot be stored');
      return false;
    }
  }

  /** Never what it says: whoever signed it, its text is not ours to repeat. */
  private leave(reason: string): void {
    this.logger.warn(`a signed event of Stripe is acknowledged and ignored: ${reason}`);
  }
}
