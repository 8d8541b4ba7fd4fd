/** An attempt to open a connection, on the clock of `performance.now()`, in milliseconds. */
export interface Opening {
  /** When the request began to wait for its connection. */
  requestedAtMs: number;
  startedAtMs: number;
  /** When the attempt ran into its timeout. */
  failedAtMs: number;
  /** When the database last completed something for this process. */
  lastProgressAtMs: number;
}

/** A timer that is this late shows that the process, not the database, was busy. */
const LATE_MS = 100;

/**
 * Decides whether a connection is opened again after a timeout. Slow is not down (promise 9): the timeout says nothing about
 * the database if the database completed a statement meanwhile, or if this process had no processor time to read the
 * response. A database that is down fails both tests, so its requests are answered after one timeout.
 * @param timeoutMs timeout of one attempt
 * @param maxWaitMs longest wait of a request
 */
export function mayOpenAgain(
  { requestedAtMs, startedAtMs, failedAtMs, lastProgressAtMs }: Opening,
  timeoutMs: number,
  maxWaitMs: number,
): boolean {
  if (failedAtMs - requestedAtMs >= maxWaitMs) return false;
  return lastProgressAtMs > startedAtMs || failedAtMs - startedAtMs > timeoutMs + LATE_MS;
}
