import type { Person } from '../lab/people.js';

/** One run of load, sent to the load's process as a message. */
export interface LoadPlan {
  url: string;
  kind: 'list' | 'send' | 'floor' | 'answer';
  connections: number;
  warmUpSeconds: number;
  seconds: number;
  people: Person[];
  /** The text of each message; a usual question where it is left out. */
  content?: string;
  /** Makes the Idempotency-Keys of this run unique. */
  run: string;
}

/** Results of a run. Latencies in milliseconds. */
export interface LoadResult {
  requestsPerSecond: number;
  p50: number;
  p99: number;
  /** Requests of the warm-up and the measured time together. */
  requests: number;
  /** Responses other than 2xx, broken connections, timeouts. */
  failures: number;
}
