/**
 * Slots per user: replies of one user that run at a time. A quarter of a worker's default concurrency
 * (platform/queue/queue-facts.ts), so that four busy users fill one worker, and more than one person reads at once.
 */
export const RUNNING_PER_USER = 8;
/** Lease of a claim without a renewal. With the sweep it resumes a killed worker's reply within 5 s (promise 1). */
export const LEASE_MS = 3000;
/** Longest time between two renewals: three in a lease, so that one lost write does not lose the claim. */
export const HEARTBEAT_MS = 1000;
/** Interval of writes of a growing text. */
export const FLUSH_MS = 250;
/** Interval of the sweeper: with the lease it bounds recovery. */
export const SWEEP_MS = 1500;
/** Most replies of one sweep: a statement of a few milliseconds. */
export const SWEEP_BATCH = 500;
/** Tries of one generation before the reply fails: about a minute with the backoff. */
export const MAX_TRIES = 5;
/** Claims of one generation before a reply counts as poison: tries plus worker crashes, without deferrals and releases. */
export const MAX_CLAIMS = 12;
/** Retries by the user of one failed reply. */
export const MAX_RETRIES = 3;
/** Wait of a stop for the worker's end: longer than a lease, after which the reply has no worker and the stop ends it. */
export const STOP_WAIT_SECONDS = 5;
/** Most messages of history that are read; the token budget is usually exhausted earlier. */
export const MAX_HISTORY = 200;
