/** Wait after the first failed try; doubles with each further one. */
const BASE_MS = 1000;
/** Longest wait of our own choice. */
const CAP_MS = 20_000;
/** Longest wait that a provider may ask for; a longer one could only end in the deadline. */
const RETRY_AFTER_CAP_MS = 120_000;
/** Replies deferred by one limit return spread over this time, not all at the moment when it ends. */
const SPREAD_MS = 1000;

/**
 * Milliseconds until the next try: exponential with full jitter (AWS Architecture Blog, "Exponential Backoff And
 * Jitter"), but never earlier than the provider asked for (Retry-After, google.rpc.RetryInfo).
 * @param failures failed tries before this one, 0 for the first
 * @param random in [0, 1)
 */
export function backoffMs(
  failures: number,
  retryAfterMs: number | null,
  random: number = Math.random(),
): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** failures);
  const own = Math.round(ceiling / 2 + (random * ceiling) / 2);
  return Math.max(own, Math.min(retryAfterMs ?? 0, RETRY_AFTER_CAP_MS));
}

/**
 * Milliseconds of a deferral: the wait that the provider asked for, plus a random part of {@link SPREAD_MS}.
 * @param random in [0, 1)
 */
export function deferralMs(retryAfterMs: number, random: number = Math.random()): number {
  return Math.min(retryAfterMs, RETRY_AFTER_CAP_MS) + Math.round(random * SPREAD_MS);
}
