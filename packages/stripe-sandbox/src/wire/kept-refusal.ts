import type { StripeApiError } from './stripe-api.error.js';

/** An error response whose changes are kept: a card was charged and declined. */
export class KeptRefusal {
  constructor(readonly error: StripeApiError) {}
}
