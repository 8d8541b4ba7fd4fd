import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { BillingSync } from '../billing/sync/billing-sync.service.js';
import { CallBudget } from '../billing/stripe/call-budget.js';
import { isMissing, StripeApi } from '../billing/stripe/stripe-api.js';
import { Clock } from '../platform/clock/clock.js';
import { WEBHOOK_LAG, WEBHOOKS_ENDED } from './webhooks.metrics.js';
import { WebhookEventsRepository, type WebhookEvent } from './webhook-events.repository.js';

/** Handles an event: syncs its customer with Stripe. Safe to repeat and to run late. */
@Injectable()
export class WebhookHandler {
  constructor(
    private readonly events: WebhookEventsRepository,
    private readonly sync: BillingSync,
    private readonly api: StripeApi,
    private readonly clock: Clock,
  ) {}

  /** @param isLast no retry follows: a failure marks the event as failed */
  async handle(eventId: string, isLast: boolean): Promise<void> {
    const event = await this.events.find(eventId);
    if (event?.state !== 'received') return;
    try {
      const customerId = event.customerId ?? (await this.customerOf(event));
      const synced = customerId === null ? null : await this.sync.syncCustomer(customerId);
      const outcome = synced ? 'handled' : 'ignored';
      const now = this.clock.now();
      await this.events.end(eventId, outcome, now);
      WEBHOOKS_ENDED.inc({ outcome });
      WEBHOOK_LAG.observe({}, Math.max(0, now.getTime() - event.receivedAt.getTime()) / 1000);
    } catch (error) {
      WEBHOOKS_ENDED.inc({ outcome: isLast ? 'failed' : 'retry' });
      await this.events.noteFailure(eventId, nameOf(error), isLast).catch(() => undefined);
      throw error;
    }
  }

  /** Finds the customer of an event without one: a dispute names only its charge, a thin event only its object. */
  private async customerOf({ objectId }: WebhookEvent): Promise<string | null> {
    const find = objectId === null ? undefined : FINDERS[objectId.slice(0, objectId.indexOf('_'))];
    if (!find) return null;
    try {
      return idOf(
        await this.api.ask(CallBudget.ofJob(), (stripe, options) => find(stripe, objectId!, options)),
      );
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }
}

type Customer = string | { id: string } | null;
type Finder = (stripe: Stripe, id: string, options: Stripe.RequestOptions) => Promise<Customer>;

/** How to find an object's customer, by the prefix of its id. */
const FINDERS: Readonly<Record<string, Finder>> = {
  sub: async (stripe, id, options) => (await stripe.subscriptions.retrieve(id, {}, options)).customer,
  in: async (stripe, id, options) => (await stripe.invoices.retrieve(id, {}, options)).customer,
  ch: async (stripe, id, options) => (await stripe.charges.retrieve(id, {}, options)).customer,
  cn: async (stripe, id, options) => (await stripe.creditNotes.retrieve(id, {}, options)).customer,
  re: customerOfRefund,
  cs: async (stripe, id, options) => (await stripe.checkout.sessions.retrieve(id, {}, options)).customer,
  dp: customerOfDispute,
  du: customerOfDispute,
};

async function customerOfRefund(
  stripe: Stripe,
  id: string,
  options: Stripe.RequestOptions,
): Promise<Customer> {
  const { charge } = await stripe.refunds.retrieve(id, { expand: ['charge'] }, options);
  return typeof charge === 'string' ? null : (charge?.customer ?? null);
}

async function customerOfDispute(
  stripe: Stripe,
  id: string,
  options: Stripe.RequestOptions,
): Promise<Customer> {
  const { charge } = await stripe.disputes.retrieve(id, { expand: ['charge'] }, options);
  return typeof charge === 'string' ? null : charge.customer;
}

const idOf = (customer: Customer): string | null =>
  typeof customer === 'string' ? customer : (customer?.id ?? null);

/** The kind of error only: its message may repeat data of the request. */
function nameOf(error: unknown): string {
  const { name, code, cause } = error as {
    name?: string;
    code?: string;
    cause?: { type?: string; code?: string };
  };
  return [name, code, cause?.type, cause?.code].filter(Boolean).join(' ');
}
