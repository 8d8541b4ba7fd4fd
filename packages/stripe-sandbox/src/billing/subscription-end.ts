import type { Subscription } from '../state/kept.js';
import { stopCollecting } from './invoices.js';
import type { StripeAccount } from './stripe-account.js';

/** Why a subscription ends: null where the account's owner ended it. */
export type EndReason = 'cancellation_requested' | 'payment_failed' | 'payment_disputed' | null;

/** Details of a cancellation without a reason. */
export const NO_DETAILS = { comment: null, feedback: null, feedback_option: null, reason: null };

/** Ends a subscription as announced, and stops collecting its open invoices. */
export function endSubscription(account: StripeAccount, subscription: Subscription, reason: EndReason): void {
  subscription.status = 'canceled';
  subscription.canceled_at ??= account.now;
  subscription.ended_at = account.now;
  subscription.pause_collection = null;
  subscription.cancellation_details = {
    ...(subscription.cancellation_details ?? NO_DETAILS),
    ...(reason !== null && { reason }),
  };
  stopCollecting(account, subscription.id);
  account.emit('customer.subscription.deleted', subscription);
}

/** Ends the subscription now, regardless of announcements. */
export function endNow(account: StripeAccount, subscription: Subscription, reason: EndReason): void {
  subscription.cancel_at = null;
  subscription.cancel_at_period_end = false;
  subscription.canceled_at = account.now;
  endSubscription(account, subscription, reason);
}
