import type { Subscription } from '../subscription/subscription.entity.js';

/** What nobody pays for any more, or has not begun to. */
const OVER = new Set(['canceled', 'incomplete_expired', 'incomplete']);

/** Is there a bill to come, whatever the subscription is good for? One with a status that we do not know is taken to have. */
export const isOngoing = ({ status }: Pick<Subscription, 'status'>): boolean => !OVER.has(status);

/** The subscription that is spoken of: one that is charged again, else one that goes on, else the newest. */
export const currentSubscription = (subscriptions: Subscription[]): Subscription | null => {
  const ongoing = subscriptions.filter(isOngoing);
  return ongoing.find((one) => !endsWithPeriod(one)) ?? ongoing[0] ?? subscriptions[0] ?? null;
};

/** Is it settled that it ends no later than what is paid for? One that ends later is charged again before. */
export const endsWithPeriod = ({
  endsAt,
  currentPeriodEnd,
}: Pick<Subscription, 'endsAt' | 'currentPeriodEnd'>): boolean =>
  endsAt !== null && (currentPeriodEnd === null || endsAt <= currentPeriodEnd);
