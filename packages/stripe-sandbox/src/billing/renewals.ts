import type { Subscription } from '../state/kept.js';
import { createInvoice, DRAFT_SECONDS, giveUpInvoice, voidInvoice, finalizeInvoice } from './invoices.js';
import { periodEnd } from './period.js';
import { endSubscription } from './subscription-end.js';
import { intervalOf, mainItem } from './subscription-facts.js';
import { walletOf } from './wallets.js';
import type { World } from './world.js';

/** Begins the next period: the subscription has it at once, its invoice is a draft for an hour. */
export function renew(world: World, subscription: Subscription): void {
  world.change('customer.subscription.updated', subscription, () => {
    enterPeriod(world, subscription);
    invoicePeriod(world, subscription);
  });
}

/** The trial is over: the first paid period begins, or what was agreed for those who gave no card. */
export function endTrial(world: World, subscription: Subscription): void {
  const behaviour = subscription.trial_settings?.end_behavior.missing_payment_method;
  const hasCard = walletOf(world, subscription.customer).paymentMethod !== null;
  if (!hasCard && behaviour === 'cancel') {
    endSubscription(world, subscription, null);
    return;
  }
  if (!hasCard && behaviour === 'pause') {
    pauseSubscription(world, subscription, 'trial_end_without_payment_method');
    return;
  }
  world.change('customer.subscription.updated', subscription, () => {
    subscription.status = 'active';
    subscription.billing_cycle_anchor = world.now;
    enterPeriod(world, subscription);
    invoicePeriod(world, subscription);
  });
}

/** Stops it until somebody resumes it: no invoices, no service. */
export function pauseSubscription(
  world: World,
  subscription: Subscription,
  why: 'pause_requested' | 'trial_end_without_payment_method' = 'pause_requested',
): void {
  subscription.status = 'paused';
  subscription.status_details = {
    paused: { type: 'subscription', subscription: { type: why }, transitioned_at: world.now },
  };
  world.emit('customer.subscription.paused', subscription);
}

/** Moves the items' period to the one that holds this moment. */
export function enterPeriod(world: World, subscription: Subscription): void {
  for (const item of subscription.items.data) {
    item.current_period_start = world.now;
    item.current_period_end = periodEnd(subscription.billing_cycle_anchor, intervalOf(item.price), world.now);
  }
}

function invoicePeriod(world: World, subscription: Subscription): void {
  const { current_period_start: start, current_period_end: end } = mainItem(subscription);
  const paused = subscription.pause_collection?.behavior;
  // What has given up on being paid is not charged for more.
  const byHand = subscription.status === 'unpaid' || paused === 'keep_as_draft';
  const invoice = createInvoice(world, {
    subscription,
    reason: 'subscription_cycle',
    period: { start, end },
    free: false,
    finalizesAt: byHand || paused !== undefined ? null : world.now + DRAFT_SECONDS,
  });
  if (paused === undefined || paused === 'keep_as_draft') return;
  finalizeInvoice(world, invoice);
  if (paused === 'void') voidInvoice(world, invoice);
  else giveUpInvoice(world, invoice);
}
