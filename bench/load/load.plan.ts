import type { Person } from '../lab/people.js';

/** What one run of load asks for. Crosses to the load's own process as a message. */
export interface LoadPlan {
  url: string;
  kind: 'list' | 'send' | 'floor';
  connections: number;
  warmUpSeconds: number;
  seconds: number;
  people: Person[];
  /** Makes the Idempotency-Keys of this run its own. */
  run: string;
}

/** What it found. Latencies in milliseconds. */
export interface LoadResult {
  requestsPerSecond: number;
  p50: number;
  p99: number;
  /** Requests of the warm-up and the measured time together. */
  requests: number;
  /** Answers other than 2xx, broken connections, timeouts. */
  failures: number;
}
