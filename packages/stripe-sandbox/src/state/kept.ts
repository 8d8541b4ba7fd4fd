import type Stripe from 'stripe';

/** The SDK makes these of the decimal texts on the wire. */
type Decimal = NonNullable<Stripe.Price['unit_amount_decimal']>;

/**
 * An object of the SDK's types in the form of the wire before expansion, as the sandbox stores it: references are ids,
 * decimals are texts. Derived from the published types, so that no field can be forgotten.
 */
export type Kept<T> = [string] extends [T] ? Exclude<T, object> : KeptPart<T>;
type KeptPart<T> = T extends Decimal ? string : T extends object ? { [K in keyof T]: Kept<T[K]> } : T;

export type Customer = Kept<Stripe.Customer>;
export type Product = Kept<Stripe.Product>;
export type Price = Kept<Stripe.Price>;
export type CheckoutSession = Kept<Stripe.Checkout.Session>;
export type LineItem = Kept<Stripe.LineItem>;
export type Subscription = Kept<Stripe.Subscription>;
export type SubscriptionSchedule = Kept<Stripe.SubscriptionSchedule>;
export type SubscriptionItem = Kept<Stripe.SubscriptionItem>;
export type Invoice = Kept<Stripe.Invoice>;
export type InvoicePayment = Kept<Stripe.InvoicePayment>;
export type PaymentMethod = Kept<Stripe.PaymentMethod>;
export type PaymentIntent = Kept<Stripe.PaymentIntent>;
export type Charge = Kept<Stripe.Charge>;
export type Refund = Kept<Stripe.Refund>;
export type Dispute = Kept<Stripe.Dispute>;
export type PortalSession = Kept<Stripe.BillingPortal.Session>;
export type Metadata = Record<string, string>;

/** The events that the sandbox makes, and what each is about. */
export interface EventObjects {
  'checkout.session.completed': CheckoutSession;
  'checkout.session.expired': CheckoutSession;
  'checkout.session.async_payment_succeeded': CheckoutSession;
  'checkout.session.async_payment_failed': CheckoutSession;
  'customer.created': Customer;
  'customer.updated': Customer;
  'customer.deleted': Customer;
  'customer.subscription.created': Subscription;
  'customer.subscription.updated': Subscription;
  'customer.subscription.deleted': Subscription;
  'customer.subscription.paused': Subscription;
  'customer.subscription.resumed': Subscription;
  'customer.subscription.trial_will_end': Subscription;
  'invoice.created': Invoice;
  'invoice.finalized': Invoice;
  'invoice.paid': Invoice;
  'invoice.payment_succeeded': Invoice;
  'invoice.payment_failed': Invoice;
  'invoice.payment_action_required': Invoice;
  'invoice.voided': Invoice;
  'invoice.marked_uncollectible': Invoice;
  'charge.succeeded': Charge;
  'charge.failed': Charge;
  'charge.refunded': Charge;
  'charge.dispute.created': Dispute;
  'charge.dispute.closed': Dispute;
  'invoice_payment.paid': InvoicePayment;
  'payment_intent.succeeded': PaymentIntent;
  'payment_intent.payment_failed': PaymentIntent;
  'price.created': Price;
  'product.created': Product;
  'refund.created': Refund;
}
export type EventType = keyof EventObjects;

/** A stored event: `pending_webhooks` is counted when the event is sent. */
export interface KeptEvent extends Omit<Stripe.EventBase, 'data' | 'type'> {
  type: EventType;
  data: { object: EventObjects[EventType]; previous_attributes?: Record<string, unknown> };
}

/** Makes the compiler check that these event names are Stripe's, with the right objects. */
type Told<K extends EventType> = Kept<Extract<Stripe.Event, { type: K }>['data']['object']>;
type Untrue = { [K in EventType]: EventObjects[K] extends Told<K> ? never : K }[EventType];
const NONE_IS_UNTRUE: [Untrue] extends [never] ? true : Untrue = true;
void NONE_IS_UNTRUE;
