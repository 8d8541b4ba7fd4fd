/** Where one limit stands. */
export interface PolicyState {
  limit: number;
  remaining: number;
  /** Whole seconds until it starts anew. On a 429 the same as Retry-After. */
  resetSeconds: number;
}

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 24 * 3600;

/**
 * `RateLimit-Policy` and `RateLimit` as of draft-ietf-httpapi-ratelimit-headers-11. A policy without a limit is left out;
 * without any there are no headers.
 * @example rateLimitHeaders({ daily: { limit: 5, remaining: 0, resetSeconds: 41234 }, minute: null })
 */
export function rateLimitHeaders(policies: {
  daily: PolicyState | null;
  minute: PolicyState | null;
}): Record<string, string> {
  const named = [
    ['daily', policies.daily, DAY_SECONDS],
    ['minute', policies.minute, MINUTE_SECONDS],
  ] as const;
  const given = named.flatMap(([name, state, window]) => (state ? [{ name, window, ...state }] : []));
  if (given.length === 0) return {};
  return {
    'RateLimit-Policy': given.map(({ name, limit, window }) => `"${name}";q=${limit};w=${window}`).join(', '),
    RateLimit: given
      .map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
  };
}
