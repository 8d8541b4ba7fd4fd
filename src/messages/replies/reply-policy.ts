/**
 * Replies of one user that are at work at a time; the others wait. A quarter of a worker's default concurrency
 * (platform/queue/queue-facts.ts), so that it takes four such users to fill one worker, and more than anybody reads at once.
 */
export const RUNNING_PER_USER = 8;
/** How long a worker's claim holds without a sign of life. A killed worker's reply goes on within 5 s (promise 1). */
export const LEASE_MS = 3000;
/** How often a worker shows that it lives: three times within a lease, so that one lost write costs nothing. */
export const HEARTBEAT_MS = 1000;
/** How often the text of a live reply is written for readers. */
export const FLUSH_MS = 250;
/** How often the sweeper looks: with the lease this bounds recovery. */
export const SWEEP_MS = 1500;
/** Most replies that one sweep takes: a statement of a few milliseconds. */
export const SWEEP_BATCH = 500;
/** Tries of one generation before the reply fails: with the backoff about a minute. */
export const MAX_TRIES = 5;
/** Claims of one generation before a reply is taken for poison: tries plus crashes of workers, not those put off or handed back. */
export const MAX_CLAIMS = 12;
/** How often a person may have a failed reply begun anew. */
export const MAX_RETRIES = 3;
/** How long a stop waits for the worker to end the reply: a lease and a look. Then nobody has it, and it ends without one. */
export const STOP_WAIT_SECONDS = 5;
/** Most messages of history that are looked at; the token budget usually ends earlier. */
export const MAX_HISTORY = 200;
