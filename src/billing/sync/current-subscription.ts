import type { Subscription } from '../subscription/subscription.entity.js';

/** Statuses in which no further bill comes: the subscription has ended or never began. */
const OVER = new Set(['canceled', 'incomplete_expired', 'incomplete']);

/** Tells whether a further bill will come, whether or not the subscription gives Pro. An unknown status counts as ongoing. */
export const isOngoing = ({ status }: Pick<Subscription, 'status'>): boolean => !OVER.has(status);

/** The subscription that the status describes: a renewing one, else an ongoing one, else the newest. */
export const currentSubscription = (subscriptions: Subscription[]): Subscription | null => {
  const ongoing = subscriptions.filter(isOngoing);
  return ongoing.find((one) => !endsWithPeriod(one)) ?? ongoing[0] ?? subscriptions[0] ?? null;
};

/** Tells whether the subscription ends no later than its paid period. One with a later end is charged again before it. */
export const endsWithPeriod = ({
  endsAt,
  currentPeriodEnd,
}: Pick<Subscription, 'endsAt' | 'currentPeriodEnd'>): boolean =>
  endsAt !== null && (currentPeriodEnd === null || endsAt <= currentPeriodEnd);
