/** Rounds before the comparison may end: the least time of so many is close to the true one on a quiet machine. */
const MIN_ROUNDS = 15;
/** Rounds after which it ends: on a busy machine a quiet moment may come late. */
const MAX_ROUNDS = 300;
/** A round lasts at least this long, so that the clock of processor time is precise enough. */
const ROUND_MS = 2;

/**
 * Processor time of a call of `work`, as a multiple of that of a call of `reference`. The least of all rounds counts,
 * because other work of the machine and garbage collection only add time. The rounds alternate, so that a slow moment
 * affects both; they end when the ratio is below `bound`, so that only a work that costs too much in every round is above.
 */
export function cpuRatio(work: () => unknown, reference: () => unknown, bound: number): number {
  const sides = [work, reference].map((call) => ({ call, times: timesOf(call), leastMs: Infinity }));
  let ratio = Infinity;
  for (let round = 0; round < MAX_ROUNDS && (round < MIN_ROUNDS || ratio >= bound); round++) {
    for (const side of sides)
      side.leastMs = Math.min(side.leastMs, cpuMsOf(side.call, side.times) / side.times);
    ratio = sides[0]!.leastMs / sides[1]!.leastMs;
  }
  return ratio;
}

/** Number of calls per round; running them also lets the engine compile the function. */
function timesOf(work: () => unknown): number {
  let times = 1;
  while (cpuMsOf(work, times) < ROUND_MS) times *= 2;
  return times;
}

function cpuMsOf(work: () => unknown, times: number): number {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
