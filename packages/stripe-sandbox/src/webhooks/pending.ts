import type { StripeState } from '../state/stripe-state.js';

/** How many deliveries of an event have not succeeded. */
export const pendingDeliveries = (state: StripeState, event: string): number =>
  Object.values(state.deliveries).filter(
    (delivery) => delivery.event === event && delivery.state !== 'delivered',
  ).length;
