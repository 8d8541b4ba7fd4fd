import type { Subscription } from '../state/kept.js';
import { createInvoice, DRAFT_SECONDS, giveUpInvoice, voidInvoice, finalizeInvoice } from './invoices.js';
import { periodEnd } from './period.js';
import { endSubscription } from './subscription-end.js';
import { intervalOf, mainItem } from './subscription-facts.js';
import { walletOf } from './wallets.js';
import type { StripeAccount } from './stripe-account.js';

/** Begins the next period: the subscription has it at once, its invoice is a draft for an hour. */
export function renew(account: StripeAccount, subscription: Subscription): void {
  account.change('customer.subscription.updated', subscription, () => {
    enterPeriod(account, subscription);
    invoicePeriod(account, subscription);
  });
}

/** Ends a trial: the first paid period begins, or the action for trials without a card is taken. */
export function endTrial(account: StripeAccount, subscription: Subscription): void {
  const behaviour = subscription.trial_settings?.end_behavior.missing_payment_method;
  const hasCard = walletOf(account, subscription.customer).paymentMethod !== null;
  if (!hasCard && behaviour === 'cancel') {
    endSubscription(account, subscription, null);
    return;
  }
  if (!hasCard && behaviour === 'pause') {
    pauseSubscription(account, subscription, 'trial_end_without_payment_method');
    return;
  }
  account.change('customer.subscription.updated', subscription, () => {
    subscription.status = 'active';
    subscription.billing_cycle_anchor = account.now;
    enterPeriod(account, subscription);
    invoicePeriod(account, subscription);
  });
}

/** Pauses the subscription until it is resumed: no invoices, no service. */
export function pauseSubscription(
  account: StripeAccount,
  subscription: Subscription,
  why: 'pause_requested' | 'trial_end_without_payment_method' = 'pause_requested',
): void {
  subscription.status = 'paused';
  subscription.status_details = {
    paused: { type: 'subscription', subscription: { type: why }, transitioned_at: account.now },
  };
  account.emit('customer.subscription.paused', subscription);
}

/** Moves the items' period to the one that contains this moment. */
export function enterPeriod(account: StripeAccount, subscription: Subscription): void {
  for (const item of subscription.items.data) {
    item.current_period_start = account.now;
    item.current_period_end = periodEnd(
      subscription.billing_cycle_anchor,
      intervalOf(item.price),
      account.now,
    );
  }
}

function invoicePeriod(account: StripeAccount, subscription: Subscription): void {
  const { current_period_start: start, current_period_end: end } = mainItem(subscription);
  const paused = subscription.pause_collection?.behavior;
  // A subscription whose collection has been given up is not charged further.
  const byHand = subscription.status === 'unpaid' || paused === 'keep_as_draft';
  const invoice = createInvoice(account, {
    subscription,
    reason: 'subscription_cycle',
    period: { start, end },
    free: false,
    finalizesAt: byHand || paused !== undefined ? null : account.now + DRAFT_SECONDS,
  });
  if (paused === undefined || paused === 'keep_as_draft') return;
  finalizeInvoice(account, invoice);
  if (paused === 'void') voidInvoice(account, invoice);
  else giveUpInvoice(account, invoice);
}
