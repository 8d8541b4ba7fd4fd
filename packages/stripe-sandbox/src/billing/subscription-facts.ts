import type { Price, Subscription, SubscriptionItem } from '../state/kept.js';

/** It never comes back to life. */
export const isOver = ({ status }: Pick<Subscription, 'status'>): boolean =>
  status === 'canceled' || status === 'incomplete_expired';

/** What is subscribed to; the sandbox bills all items of a subscription together. */
export const mainItem = (subscription: Subscription): SubscriptionItem => subscription.items.data[0]!;

export const periodEndOf = (subscription: Subscription): number => mainItem(subscription).current_period_end;

/** A price's billing interval. The sandbox refuses a subscription to a price without one. */
export const intervalOf = ({ recurring }: Price): { interval: string; interval_count: number } =>
  recurring ?? { interval: 'month', interval_count: 1 };
