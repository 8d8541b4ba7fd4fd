import type { Subscription, SubscriptionSchedule } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { mainItem } from './subscription-facts.js';
import type { StripeAccount } from './stripe-account.js';

const DAY_SECONDS = 86_400;

/** Puts a subscription under a schedule with one phase; at its end the subscription is cancelled. */
export function scheduleSubscription(
  account: StripeAccount,
  subscription: Subscription,
  endsInDays: number,
): SubscriptionSchedule {
  const id = newStripeId('sub_sched');
  const phase = {
    start_date: mainItem(subscription).current_period_start,
    end_date: account.now + endsInDays * DAY_SECONDS,
  };
  const schedule = {
    id,
    object: 'subscription_schedule',
    application: null,
    canceled_at: null,
    completed_at: null,
    created: account.now,
    current_phase: phase,
    customer: subscription.customer,
    customer_account: null,
    end_behavior: 'cancel',
    livemode: false,
    metadata: {},
    phases: [],
    released_at: null,
    released_subscription: null,
    status: 'active',
    subscription: subscription.id,
    test_clock: null,
    // The sandbox does not perform changes of phases.
  } as unknown as SubscriptionSchedule;
  account.state.schedules[id] = schedule;
  account.change('customer.subscription.updated', subscription, () => {
    subscription.schedule = id;
    subscription.cancel_at = phase.end_date;
    subscription.canceled_at = account.now;
  });
  return schedule;
}

/**
 * Releases the subscription, which continues unchanged.
 * @param keepsEnd true keeps the end that the schedule had set
 * @throws StripeApiError 400 for an ended schedule
 */
export function releaseSchedule(
  account: StripeAccount,
  schedule: SubscriptionSchedule,
  keepsEnd: boolean,
): SubscriptionSchedule {
  if (schedule.status !== 'active' && schedule.status !== 'not_started')
    throw new StripeApiError(
      400,
      `You cannot release a subscription schedule that is currently in the \`${schedule.status}\` status. A schedule can only be released if its status is \`not_started\` or \`active\`.`,
    );
  const subscription = account.state.subscriptions[schedule.subscription ?? ''];
  Object.assign(schedule, {
    status: 'released',
    released_at: account.now,
    released_subscription: schedule.subscription,
    subscription: null,
  });
  if (subscription)
    account.change('customer.subscription.updated', subscription, () => {
      subscription.schedule = null;
      if (keepsEnd) return;
      subscription.cancel_at = null;
      subscription.canceled_at = null;
    });
  return schedule;
}
