import type { Metadata, Price, Subscription } from '../state/kept.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { cardError, finalizeAndCollect } from './collecting.js';
import { createInvoice, voidInvoice, unpaidInvoicesOf } from './invoices.js';
import { mergeMetadata } from './lookup.js';
import { endTrial, enterPeriod, pauseSubscription } from './renewals.js';
import { endNow, NO_DETAILS } from './subscription-end.js';
import { intervalOf, isOver, mainItem, periodEndOf } from './subscription-facts.js';
import { planOf, startSubscription, type SubscriptionOrder } from './subscription-start.js';
import type { StripeAccount } from './stripe-account.js';

/** Details that the owner gives for a cancellation. */
export interface CancellationDetailsInput {
  comment?: string | null;
  feedback?: string | null;
}

/** Changeable fields of a subscription. */
export interface SubscriptionChanges {
  cancel_at_period_end?: boolean;
  cancel_at?: number | 'min_period_end' | 'max_period_end' | null;
  cancellation_details?: CancellationDetailsInput;
  metadata?: Metadata | null;
  description?: string | null;
  default_payment_method?: string;
  pause_collection?: {
    behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void';
    resumes_at?: number;
  } | null;
  trial_end?: number | 'now';
  items?: { id?: string; price?: Price; quantity?: number }[];
}

/** Starts a subscription and its first payment. With `incomplete` a refused card leaves it incomplete; else it is an error. */
export function createSubscription(
  account: StripeAccount,
  order: SubscriptionOrder,
  refused: 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete',
): Subscription {
  const subscription = startSubscription(account, order);
  const invoice = firstInvoice(account, subscription);
  const outcome =
    refused === 'default_incomplete' && invoice.amount_due > 0
      ? null
      : finalizeAndCollect(
          account,
          invoice,
          order.paymentMethod === null && invoice.amount_due > 0 ? 'declines' : undefined,
        );
  if (outcome !== null && outcome !== 'succeeded' && refused === 'error_if_incomplete') throw cardError();
  return subscription;
}

/** The first invoice of a subscription; that of a trial is for zero. */
export function firstInvoice(account: StripeAccount, subscription: Subscription) {
  const { current_period_start: start, current_period_end: end } = mainItem(subscription);
  return createInvoice(account, {
    subscription,
    reason: 'subscription_create',
    period: { start, end },
    free: subscription.trial_end !== null,
    finalizesAt: null,
  });
}

/**
 * Changes a subscription and emits one event.
 * @throws StripeApiError 400 for an impossible change
 */
export function updateSubscription(
  account: StripeAccount,
  subscription: Subscription,
  changes: SubscriptionChanges,
): Subscription {
  refuseIfOver(subscription, changes);
  // Stripe does not document whether it accepts both parameters together, so the sandbox does.
  if (changes.cancel_at_period_end !== undefined && changes.cancel_at !== undefined)
    throw StripeApiError.invalid(
      'cancel_at',
      'You may only specify one of these parameters: cancel_at, cancel_at_period_end.',
    );
  if (subscription.schedule !== null && isAboutEnd(changes)) throw managed(subscription.schedule);
  account.change('customer.subscription.updated', subscription, () => {
    changePlainFields(subscription, changes);
    changeCancellation(account, subscription, changes);
    if (changes.items) changeItems(account, subscription, changes.items);
    if (typeof changes.trial_end === 'number') moveTrialEnd(account, subscription, changes.trial_end);
  });
  if (changes.trial_end === 'now' && subscription.status === 'trialing') {
    subscription.trial_end = account.now;
    endTrial(account, subscription);
  }
  return subscription;
}

const isAboutEnd = ({ cancel_at: at, cancel_at_period_end: atPeriodEnd }: SubscriptionChanges): boolean =>
  at !== undefined || atPeriodEnd !== undefined;

const managed = (schedule: string): StripeApiError =>
  new StripeApiError(
    400,
    `The subscription is managed by the subscription schedule \`${schedule}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
  );

/**
 * DELETE /v1/subscriptions/:id
 * @throws StripeApiError 404 for an ended subscription
 */
export function cancelSubscription(
  account: StripeAccount,
  subscription: Subscription,
  details: CancellationDetailsInput = {},
): Subscription {
  if (isOver(subscription)) throw StripeApiError.missing('subscription', subscription.id);
  setDetails(subscription, details);
  endNow(account, subscription, 'cancellation_requested');
  return subscription;
}

export { pauseSubscription };

/** Resumes a paused subscription, with a new period that is paid now, or with the old one. */
export function resumeSubscription(
  account: StripeAccount,
  subscription: Subscription,
  anchor: 'now' | 'unchanged',
): Subscription {
  if (subscription.status !== 'paused')
    throw StripeApiError.invalid(
      'id',
      `The subscription cannot be resumed: it is not paused but ${subscription.status}.`,
    );
  const fresh = anchor === 'now' || periodEndOf(subscription) <= account.now;
  subscription.status = 'active';
  delete subscription.status_details;
  if (fresh) {
    subscription.billing_cycle_anchor = account.now;
    enterPeriod(account, subscription);
  }
  account.emit('customer.subscription.resumed', subscription);
  if (fresh) chargeForPeriod(account, subscription);
  return subscription;
}

/** Expires a subscription whose first payment was not made within 23 hours. */
export function expireIncomplete(account: StripeAccount, subscription: Subscription): void {
  for (const invoice of unpaidInvoicesOf(account, subscription.id))
    if (invoice.status === 'open') voidInvoice(account, invoice);
  account.change('customer.subscription.updated', subscription, () => {
    subscription.status = 'incomplete_expired';
    subscription.ended_at = account.now;
  });
}

function refuseIfOver(subscription: Subscription, changes: SubscriptionChanges): void {
  if (!isOver(subscription)) return;
  const others = Object.keys(changes).some((key) => key !== 'metadata' && key !== 'cancellation_details');
  if (others)
    throw new StripeApiError(
      400,
      'A canceled subscription can only update its cancellation_details and metadata.',
      { code: 'invalid_canceled_subscription_fields' },
    );
}

function changePlainFields(subscription: Subscription, changes: SubscriptionChanges): void {
  subscription.metadata = mergeMetadata(subscription.metadata, changes.metadata);
  if (changes.description !== undefined) subscription.description = changes.description;
  if (changes.default_payment_method !== undefined)
    subscription.default_payment_method = changes.default_payment_method;
  if (changes.pause_collection !== undefined)
    subscription.pause_collection = changes.pause_collection && {
      behavior: changes.pause_collection.behavior,
      resumes_at: changes.pause_collection.resumes_at ?? null,
    };
}

/**
 * An end is announced in one of two ways and taken back in the same way: `cancel_at_period_end`, or a time in
 * `cancel_at`, which the portal sets (docs.stripe.com/billing/subscriptions/billing-mode/compare).
 */
function changeCancellation(
  account: StripeAccount,
  subscription: Subscription,
  changes: SubscriptionChanges,
): void {
  const { cancel_at: at, cancel_at_period_end: atPeriodEnd, cancellation_details: details } = changes;
  if (details) setDetails(subscription, details);
  if (atPeriodEnd === true) announceEnd(account, subscription, periodEndOf(subscription), true);
  if (atPeriodEnd === false && subscription.cancel_at_period_end) takeEndBack(subscription);
  if (at === null) takeEndBack(subscription);
  if (at === undefined || at === null) return;
  const end = typeof at === 'number' ? at : periodEndOf(subscription);
  if (end <= account.now) throw StripeApiError.invalid('cancel_at', 'The timestamp must be in the future.');
  announceEnd(account, subscription, end, false);
}

function announceEnd(
  account: StripeAccount,
  subscription: Subscription,
  at: number,
  periodEnd: boolean,
): void {
  subscription.cancel_at = at;
  subscription.cancel_at_period_end = periodEnd;
  subscription.canceled_at = account.now;
  setDetails(subscription, {}, 'cancellation_requested');
}

function takeEndBack(subscription: Subscription): void {
  subscription.cancel_at = null;
  subscription.cancel_at_period_end = false;
  subscription.canceled_at = null;
  subscription.cancellation_details = { ...NO_DETAILS };
}

function setDetails(
  subscription: Subscription,
  { comment, feedback }: CancellationDetailsInput,
  reason?: string,
): void {
  const details = (subscription.cancellation_details ??= { ...NO_DETAILS });
  if (comment !== undefined) details.comment = comment;
  if (feedback !== undefined) details.feedback = feedback as typeof details.feedback;
  if (reason !== undefined) details.reason = reason as typeof details.reason;
}

function moveTrialEnd(account: StripeAccount, subscription: Subscription, trialEnd: number): void {
  if (trialEnd <= account.now)
    throw StripeApiError.invalid(
      'trial_end',
      'Invalid timestamp: must be an integer Unix timestamp in the future.',
    );
  subscription.status = 'trialing';
  subscription.trial_start ??= account.now;
  subscription.trial_end = trialEnd;
  subscription.billing_cycle_anchor = trialEnd;
  for (const item of subscription.items.data) item.current_period_end = trialEnd;
}

function changeItems(
  account: StripeAccount,
  subscription: Subscription,
  items: NonNullable<SubscriptionChanges['items']>,
): void {
  let newInterval = false;
  for (const change of items) {
    const item = subscription.items.data.find(({ id }) => id === change.id);
    if (!item) throw StripeApiError.missing('subscription_item', change.id ?? '', 'items[0][id]');
    if (change.quantity !== undefined) item.quantity = change.quantity;
    if (!change.price) continue;
    const [before, after] = [intervalOf(item.price), intervalOf(change.price)];
    newInterval ||= before.interval !== after.interval || before.interval_count !== after.interval_count;
    item.price = structuredClone(change.price);
    item.plan = planOf(change.price);
  }
  if (!newInterval || subscription.status === 'trialing') return;
  subscription.billing_cycle_anchor = account.now;
  enterPeriod(account, subscription);
  chargeForPeriod(account, subscription);
}

/** A period that begins out of turn is charged at once. The sandbox gives no credit for the shortened period. */
function chargeForPeriod(account: StripeAccount, subscription: Subscription): void {
  const { current_period_start: start, current_period_end: end } = mainItem(subscription);
  const invoice = createInvoice(account, {
    subscription,
    reason: 'subscription_update',
    period: { start, end },
    free: false,
    finalizesAt: null,
  });
  finalizeAndCollect(account, invoice);
}
