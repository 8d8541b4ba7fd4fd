/** An attempt to open a connection, on the clock of `performance.now()`, in milliseconds. */
export interface Opening {
  /** When the request began to wait for its connection. */
  requestedAtMs: number;
  startedAtMs: number;
  /** When the attempt ran into its timeout. */
  failedAtMs: number;
  /** When the database last completed something for this process. */
  lastProgressAtMs: number;
  /** True if an earlier attempt of the request was excused by a busy process. */
  wasExcused: boolean;
}

/** A timer that is this late shows that the process, not the database, was busy. */
const LATE_MS = 100;

/**
 * Decides whether a connection is opened again after a timeout, and why; null: it is not. Slow is not down (promise 9): the timeout says nothing about
 * the database if the database completed a statement meanwhile, or if this process had no processor time to read the
 * response. The second reason counts once per request, because it says nothing of the next attempt: while the database is
 * down, a request of a busy process is answered after two timeouts, and of any other after one.
 * @param timeoutMs timeout of one attempt
 * @param maxWaitMs longest wait of a request; no attempt begins that could end later
 */
export function reasonToOpenAgain(
  { requestedAtMs, startedAtMs, failedAtMs, lastProgressAtMs, wasExcused }: Opening,
  timeoutMs: number,
  maxWaitMs: number,
): 'progress' | 'busy' | null {
  if (failedAtMs - requestedAtMs + timeoutMs > maxWaitMs) return null;
  if (lastProgressAtMs > startedAtMs) return 'progress';
  return !wasExcused && failedAtMs - startedAtMs > timeoutMs + LATE_MS ? 'busy' : null;
}
