/** Hits of a key in its window, and when that window ends. */
export interface Count {
  hits: number;
  endsInMs: number;
}

/**
 * Counts in fixed windows that begin with their first hit. A port with three implementations: Redis, PostgreSQL, and
 * the memory of a single process.
 */
export abstract class RequestCounters {
  /** How many calls of {@link add} may run at once. */
  abstract readonly concurrency: number;

  /**
   * Adds to several counters in one exchange. Without keys it only opens the connection.
   * @param keys each once
   * @param hits what to add to each
   * @returns the counts afterwards, in the order of the keys
   */
  abstract add(keys: string[], hits: number[], windowMs: number): Promise<Count[]>;

  /** Closes its connection. */
  abstract close(): Promise<void>;
}
