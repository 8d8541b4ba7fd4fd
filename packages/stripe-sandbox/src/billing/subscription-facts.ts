import type { Price, Subscription, SubscriptionItem } from '../state/kept.js';

/** True for a subscription that has ended finally. */
export const isOver = ({ status }: Pick<Subscription, 'status'>): boolean =>
  status === 'canceled' || status === 'incomplete_expired';

/** The item that determines the subscription's period; the sandbox bills all items together. */
export const mainItem = (subscription: Subscription): SubscriptionItem => subscription.items.data[0]!;

export const periodEndOf = (subscription: Subscription): number => mainItem(subscription).current_period_end;

/** Billing interval of a price. The sandbox refuses subscriptions to prices without one. */
export const intervalOf = ({ recurring }: Price): { interval: string; interval_count: number } =>
  recurring ?? { interval: 'month', interval_count: 1 };
