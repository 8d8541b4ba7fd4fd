/**
 * Refusals that may only mean that a concurrent request with the same idempotency key won: it took the last unit, or started
 * the reply. The statement then runs again and finds the winner's result.
 */
export const CONCURRENT_WINNER_OUTCOMES: ReadonlySet<string> = new Set([
  'over_daily_limit',
  'reply_in_progress',
  'not_retriable',
]);
