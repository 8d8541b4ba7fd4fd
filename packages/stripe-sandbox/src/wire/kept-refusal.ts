import type { StripeApiError } from './stripe-api.error.js';

/** An answer that is an error although something was done: a card was tried, and refused. What was done stays. */
export class KeptRefusal {
  constructor(readonly error: StripeApiError) {}
}
