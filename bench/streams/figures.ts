import { percentile } from '../lab/stats.js';

/** How long something takes, in milliseconds. */
export interface Spread {
  p50: number;
  p95: number;
  p99: number;
  /** Of these many times. */
  samples: number;
  /** Exchanges that did not come to their end, or not to the one that was meant. */
  failures: number;
}

/** What lies between a message and its answer's beginning. */
export interface PickUp {
  /** From the message's commit to the worker's claim of its reply. */
  claimed: Spread;
  /** From the message's commit to the call at the model. */
  called: Spread;
}

/** From the model's writing of a piece to its reader. */
export interface Delivery extends Spread {
  streams: number;
  /** Pieces a second that were asked of the model, and that it had the processor to write. */
  asked: number;
  written: number;
  /** Share of one processor that was used meanwhile; null where the machine cannot tell. */
  apiProcessor: number | null;
  workerProcessor: number | null;
}

/** What one person's thousand messages are to the others. */
export interface Fairness {
  /** From the request to the call at the model. */
  quiet: Spread;
  flooded: Spread;
  /** Of the thousand, not answered yet when the measuring ended. */
  left: number;
}

/** What streaming costs on one backend. */
export interface StreamFigures {
  backend: 'Redis' | 'PostgreSQL';
  /** Time to the first piece, over the model's own. */
  firstToken: Spread;
  /** The same of one message at a time. */
  firstTokenAlone: Spread;
  pickUp: PickUp;
  /** A stop until it is answered. */
  stop: Spread;
  deliveries: Delivery[];
  fairness: Fairness;
  /** Memory of a stream that waits for its first piece; null where the machine cannot tell. */
  idleKilobytes: number | null;
}

/** Of the times that there are; the others are failures. */
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
