import type { SubscriptionStatusDto } from '@chat-backend/client';

export interface PlanState {
  isPro: boolean;
  /** Granted by an operator: nothing to pay or to cancel. */
  isGranted: boolean;
  /** Stripe has a subscription that is running or waits for a payment. */
  isSubscribed: boolean;
  canCancel: boolean;
  canResume: boolean;
  endsAt: string | null;
  renewsAt: string | null;
  problem: string | null;
  /** The person can fix the problem in the portal. */
  canFix: boolean;
}

/** Statuses without a subscription to manage. */
const OVER = new Set(['none', 'canceled', 'incomplete_expired']);

/** Derives from the API's status what the plan section shows and offers. */
export function planState(status: SubscriptionStatusDto): PlanState {
  const isSubscribed = !OVER.has(status.status);
  const isCancelled = status.cancel_at_period_end;
  const endsAt = isSubscribed || status.source === 'grant' ? status.ends_at : null;
  return {
    isPro: status.tier === 'pro',
    isGranted: status.source === 'grant',
    isSubscribed,
    canCancel: isSubscribed && !isCancelled,
    canResume: isSubscribed && isCancelled,
    endsAt,
    renewsAt: isSubscribed && endsAt === null ? status.current_period_end : null,
    problem: status.payment_problem,
    canFix: status.payment_problem !== null && status.payment_problem !== 'collection_paused',
  };
}
