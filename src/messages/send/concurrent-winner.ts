/** What a twin's success looks like from behind: the limit is reached, or what was to be begun has begun. */
export const CONCURRENT_WINNER_OUTCOMES: ReadonlySet<string> = new Set([
  'over_daily_limit',
  'reply_in_progress',
  'not_retriable',
]);
