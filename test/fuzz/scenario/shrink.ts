import fc from 'fast-check';
import type { Fault } from '../oracles/answers.js';
import type { Plan } from '../requests/plan.js';
import type { WireAnswer, WireRequest } from '../requests/wire.js';

interface Sent {
  request: WireRequest;
  answer: WireAnswer;
  faults: Fault[];
}

export interface Shrinking {
  /** A response to the failed plan. */
  seed: number;
  plans: fc.Arbitrary<Plan>;
  isAlike: (fault: Fault) => boolean;
  send: (plan: Plan) => Promise<Sent>;
  first: Sent;
}

/** A finding is shrunk with a few requests; one that needs many is shown unchanged. */
const MOST_MS = 3000;

/**
 * Sends smaller and smaller requests with the same fault, and returns the smallest; the first one if the fault does not
 * recur.
 */
export async function shrunk({
  seed,
  plans,
  isAlike,
  send,
  first,
}: Shrinking): Promise<Sent & { shrinks: number }> {
  let smallest = first;
  let shrinks = 0;
  await fc.check(
    fc.asyncProperty(plans, async (plan) => {
      const sent = await send(plan);
      const isSame = sent.faults.some(isAlike);
      if (isSame) {
        smallest = sent;
        shrinks += 1;
      }
      return !isSame;
    }),
    { seed, numRuns: 1, interruptAfterTimeLimit: MOST_MS },
  );
  return { ...smallest, shrinks };
}
