import type { CheckoutSession, Invoice, Subscription } from '../state/kept.js';
import { expireCheckout } from './checkout.js';
import { collect, finalizeAndCollect } from './collecting.js';
import { endTrial, renew } from './renewals.js';
import { endSubscription } from './subscription-end.js';
import { isOver, periodEndOf } from './subscription-facts.js';
import { expireIncomplete } from './subscriptions.js';
import type { StripeAccount } from './stripe-account.js';

const INCOMPLETE_SECONDS = 23 * 3600;
const TRIAL_NOTICE_SECONDS = 3 * 86_400;
/** A daily price and a clock that was moved by years: more than this at once is a mistake. */
const MAX_STEPS = 5_000;

/** Something that happens by itself. */
interface Due {
  at: number;
  happen: (account: StripeAccount) => void;
}

/** True if an action is due. Changes nothing. */
export const isAnythingDue = (account: StripeAccount): boolean =>
  (earliest(account)?.at ?? Infinity) <= account.now;

/** Lets everything happen that is due by now, in its order, each at its own time. @returns how much it was */
export function runDue(account: StripeAccount): number {
  const now = account.now;
  let steps = 0;
  for (let next = earliest(account); next && next.at <= now && steps < MAX_STEPS; next = earliest(account)) {
    account.at(next.at);
    next.happen(account);
    steps += 1;
  }
  account.at(now);
  return steps;
}

function earliest({ state }: StripeAccount): Due | null {
  let first: Due | null = null;
  const consider = (due: Due | null): void => {
    if (due && (!first || due.at < first.at)) first = due;
  };
  for (const session of Object.values(state.sessions)) consider(dueOfSession(session));
  for (const invoice of Object.values(state.invoices)) consider(dueOfInvoice(invoice));
  for (const subscription of Object.values(state.subscriptions))
    consider(dueOfSubscription(subscription, state.plans[subscription.id]?.trialEndTold ?? true));
  return first;
}

function dueOfSession(session: CheckoutSession): Due | null {
  if (session.status !== 'open') return null;
  return { at: session.expires_at, happen: (account) => void expireCheckout(account, session) };
}

function dueOfInvoice(invoice: Invoice): Due | null {
  if (invoice.status === 'draft' && invoice.automatically_finalizes_at !== null)
    return {
      at: invoice.automatically_finalizes_at,
      happen: (account) => void finalizeAndCollect(account, invoice),
    };
  if (invoice.status === 'open' && invoice.next_payment_attempt !== null)
    return { at: invoice.next_payment_attempt, happen: (account) => void collect(account, invoice) };
  return null;
}

function dueOfSubscription(subscription: Subscription, trialEndTold: boolean): Due | null {
  if (isOver(subscription)) return null;
  if (subscription.status === 'incomplete')
    return {
      at: subscription.created + INCOMPLETE_SECONDS,
      happen: (account) => expireIncomplete(account, subscription),
    };
  const dues = [
    announcedEnd(subscription),
    endOfPause(subscription),
    trialNotice(subscription, trialEndTold),
    endOfPeriod(subscription),
  ].filter((due) => due !== null);
  // Of two actions due at once the first in this list runs first: a subscription that ends with its period is not
  // renewed.
  return dues.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

function announcedEnd(subscription: Subscription): Due | null {
  if (subscription.cancel_at === null) return null;
  return {
    at: subscription.cancel_at,
    happen: (account) => endSubscription(account, subscription, 'cancellation_requested'),
  };
}

function endOfPause(subscription: Subscription): Due | null {
  const at = subscription.pause_collection?.resumes_at;
  if (typeof at !== 'number') return null;
  return {
    at,
    happen: (account) =>
      account.change('customer.subscription.updated', subscription, () => {
        subscription.pause_collection = null;
      }),
  };
}

function trialNotice(subscription: Subscription, told: boolean): Due | null {
  if (subscription.status !== 'trialing' || told) return null;
  return {
    at: Math.max(subscription.created, (subscription.trial_end ?? 0) - TRIAL_NOTICE_SECONDS),
    happen: (account) => {
      account.state.plans[subscription.id] = { trialEndTold: true };
      account.emit('customer.subscription.trial_will_end', subscription);
    },
  };
}

function endOfPeriod(subscription: Subscription): Due | null {
  if (subscription.status === 'paused') return null;
  if (subscription.status === 'trialing')
    return { at: subscription.trial_end ?? 0, happen: (account) => endTrial(account, subscription) };
  return { at: periodEndOf(subscription), happen: (account) => renew(account, subscription) };
}
