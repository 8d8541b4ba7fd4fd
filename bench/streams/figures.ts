import { percentile } from '../lab/stats.js';

/** Durations, in milliseconds. */
export interface Spread {
  p50: number;
  p95: number;
  p99: number;
  /** Number of measured durations. */
  samples: number;
  /** Exchanges that failed, or ended in another state than the expected one. */
  failures: number;
}

/** Steps between a message and the beginning of its answer. */
export interface PickUp {
  /** From the message's commit to the worker's claim of its reply. */
  claimed: Spread;
  /** From the message's commit to the call of the model. */
  called: Spread;
}

/** From the model's writing of a piece to its reader. */
export interface Delivery extends Spread {
  streams: number;
  /** Pieces a second that were requested of the model, and that it had the processor time to write. */
  asked: number;
  written: number;
  /** Share of one processor that was used; null if the machine cannot report it. */
  apiProcessor: number | null;
  workerProcessor: number | null;
}

/** Effect of one user's thousand messages on others. */
export interface Fairness {
  /** From the request to the call of the model. */
  quiet: Spread;
  flooded: Spread;
  /** Messages of the thousand that were unanswered at the end of the measurement. */
  left: number;
}

/** Costs of streaming on one backend. */
export interface StreamFigures {
  backend: 'Redis' | 'PostgreSQL';
  /** Time to the first piece beyond the model's own. */
  firstToken: Spread;
  /** The same of one message at a time. */
  firstTokenAlone: Spread;
  pickUp: PickUp;
  /** Time until a stop is answered. */
  stop: Spread;
  deliveries: Delivery[];
  fairness: Fairness;
  /** Memory of a stream that waits for its first piece; null if the machine cannot report it. */
  idleKilobytes: number | null;
}

/** Ignores missing durations, which are failures. */
export function spread(times: (number | null)[]): Spread {
  const found = times.filter((time) => time !== null);
  return {
    p50: percentile(found, 0.5),
    p95: percentile(found, 0.95),
    p99: percentile(found, 0.99),
    samples: found.length,
    failures: times.length - found.length,
  };
}
