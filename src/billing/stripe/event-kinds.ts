import type Stripe from 'stripe';

/** Events that may change a customer's tier. All others are acknowledged and ignored. */
export const HANDLED_EVENTS = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'invoice.paid',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.closed',
  'refund.failed',
  'credit_note.created',
  'credit_note.voided',
  'customer.deleted',
] satisfies Stripe.Event.Type[];

export const isHandled = (type: string): boolean => (HANDLED_EVENTS as string[]).includes(type);

/**
 * The object and the customer that an event names; null where it names none. Nothing else of the payload is used: an event
 * only says which customer to read from Stripe.
 */
export function subjectOf(subject: unknown): { objectId: string | null; customerId: string | null } {
  if (typeof subject !== 'object' || subject === null) return { objectId: null, customerId: null };
  const { id, object: kind, customer } = subject as Record<string, unknown>;
  return {
    objectId: textOf(id),
    customerId:
      kind === 'customer'
        ? textOf(id)
        : (textOf(customer) ?? textOf((customer as { id?: unknown } | null | undefined)?.id)),
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
