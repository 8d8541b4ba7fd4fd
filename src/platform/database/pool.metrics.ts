import { counter, histogram, QUICK_BUCKETS } from '../metrics/instruments.js';

/** Waits that were not zero: a request that finds a free connection is not one. */
export const POOL_WAIT = histogram(
  'chat_database_pool_wait_seconds',
  'Time that requests waited for a connection, of those that had to wait; a wait that ended in a refusal counts, too.',
  {},
  QUICK_BUCKETS,
);
export const POOL_REFUSALS = counter(
  'chat_database_pool_refusals_total',
  'Requests that got no connection: the database is down, or too many wait. Answered as 503.',
);
