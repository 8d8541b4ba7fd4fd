/** The state of one limit. */
export interface PolicyState {
  name: string;
  windowSeconds: number;
  limit: number;
  remaining: number;
  /** Whole seconds until the window ends. On a 429 the same as Retry-After. */
  resetSeconds: number;
}

/**
 * The headers `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-11. A policy without a limit
 * is null and left out; without any policy there are no headers.
 */
export function rateLimitHeaders(policies: readonly (PolicyState | null)[]): Record<string, string> {
  const given = policies.filter((policy) => policy !== null);
  if (given.length === 0) return {};
  return {
    'RateLimit-Policy': given
      .map(({ name, limit, windowSeconds }) => `"${name}";q=${limit};w=${windowSeconds}`)
      .join(', '),
    RateLimit: given
      .map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
  };
}
