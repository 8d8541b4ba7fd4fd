import type { Spread } from '../streams/figures.js';

/** Costs of billing on one backend. */
export interface BillingFigures {
  backend: 'Redis' | 'PostgreSQL';
  /** From the event to its acknowledgement. */
  webhook: Spread;
  /** From the last of the events until all of them are handled, in seconds. */
  workedOffSeconds: number;
  /** From the Pay button to the first request that is answered as Pro; no request asks Stripe meanwhile. */
  payToPro: Spread;
}
