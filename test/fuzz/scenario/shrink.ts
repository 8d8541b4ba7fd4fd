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
  /** Gave the plan that failed. */
  seed: number;
  plans: fc.Arbitrary<Plan>;
  isAlike: (fault: Fault) => boolean;
  send: (plan: Plan) => Promise<Sent>;
  first: Sent;
}

/** A finding is worth a few requests; one that takes many is shown as it is. */
const MOST_MS = 3000;

/** Sends smaller and smaller requests that show the same fault, and gives the smallest; the first one where it does not come again. */
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
