import type { Spread } from '../streams/figures.js';

/** What billing costs on one backend. */
export interface BillingFigures {
  backend: 'Redis' | 'PostgreSQL';
  /** From the event until it is acknowledged. */
  webhook: Spread;
  /** From the last of those events until all of them have been worked on, in seconds. */
  workedOffSeconds: number;
  /** From the Pay button to the first request that is answered as Pro; no request asks Stripe meanwhile. */
  payToPro: Spread;
}
