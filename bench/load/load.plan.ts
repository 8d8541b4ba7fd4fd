import type { Person } from '../lab/people.js';

/** What one run of load asks for. Crosses to the load's own process as a message. */
export interface LoadPlan {
  url: string;
  kind: 'list' | 'send' | 'floor' | 'answer';
  connections: number;
  warmUpSeconds: number;
  seconds: number;
  people: Person[];
  /** The text of each message; a usual question where it is left out. */
  content?: string;
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
