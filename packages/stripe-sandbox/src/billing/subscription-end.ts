import type { Subscription } from '../state/kept.js';
import { stopCollecting } from './invoices.js';
import type { World } from './world.js';

/** Why a subscription ends: null where the account's owner ended it. */
export type EndReason = 'cancellation_requested' | 'payment_failed' | 'payment_disputed' | null;

/** Nobody said why. */
export const NO_DETAILS = { comment: null, feedback: null, feedback_option: null, reason: null };

/** Ends a subscription as it was announced, and what is open of it is not collected any more. */
export function endSubscription(world: World, subscription: Subscription, reason: EndReason): void {
  subscription.status = 'canceled';
  subscription.canceled_at ??= world.now;
  subscription.ended_at = world.now;
  subscription.pause_collection = null;
  subscription.cancellation_details = {
    ...(subscription.cancellation_details ?? NO_DETAILS),
    ...(reason !== null && { reason }),
  };
  stopCollecting(world, subscription.id);
  world.emit('customer.subscription.deleted', subscription);
}

/** Ends it now, whatever was announced. */
export function endNow(world: World, subscription: Subscription, reason: EndReason): void {
  subscription.cancel_at = null;
  subscription.cancel_at_period_end = false;
  subscription.canceled_at = world.now;
  endSubscription(world, subscription, reason);
}
