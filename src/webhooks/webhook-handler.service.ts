import { Injectable } from '@nestjs/common';
import { BillingSync } from '../billing/billing-sync.service.js';
import { Patience } from '../billing/stripe/patience.js';
import { isMissing, StripeApi } from '../billing/stripe/stripe-api.js';
import { Clock } from '../platform/clock/clock.js';
import { WebhookEventsRepository, type WebhookEvent } from './webhook-events.repository.js';

/** Does what an event asks for: looks at Stripe what there is. Doing it twice, or late, does no harm. */
@Injectable()
export class WebhookHandler {
  constructor(
    private readonly events: WebhookEventsRepository,
    private readonly sync: BillingSync,
    private readonly api: StripeApi,
    private readonly clock: Clock,
  ) {}

  /** @param isLast it is not tried again by itself: a failure is shown as one */
  async handle(eventId: string, isLast: boolean): Promise<void> {
    const event = await this.events.find(eventId);
    if (event?.state !== 'received') return;
    try {
      const customerId = event.customerId ?? (await this.customerOfDispute(event));
      const synced = customerId === null ? null : await this.sync.syncCustomer(customerId);
      await this.events.end(eventId, synced ? 'handled' : 'ignored', this.clock.now());
    } catch (error) {
      await this.events.noteFailure(eventId, nameOf(error), isLast).catch(() => undefined);
      throw error;
    }
  }

  /** A dispute names its charge alone. */
  private async customerOfDispute({ type, objectId }: WebhookEvent): Promise<string | null> {
    if (!type.startsWith('charge.dispute.') || objectId === null) return null;
    try {
      const { charge } = await this.api.ask(Patience.ofJob(), (stripe, options) =>
        stripe.disputes.retrieve(objectId, { expand: ['charge'] }, options),
      );
      const customer = typeof charge === 'string' ? null : charge.customer;
      return typeof customer === 'string' ? customer : (customer?.id ?? null);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }
}

/** What kind of error: its message may repeat what was sent. */
function nameOf(error: unknown): string {
  const { name, code, cause } = error as {
    name?: string;
    code?: string;
    cause?: { type?: string; code?: string };
  };
  return [name, code, cause?.type, cause?.code].filter(Boolean).join(' ');
}
