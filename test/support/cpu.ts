/** The least of this many rounds counts, because other work of the machine and garbage collection only add time. */
const ROUNDS = 15;
/** A round lasts at least this long, so that the clock of processor time is precise enough. */
const ROUND_MS = 2;

/**
 * Processor time of one call of each function, in milliseconds. The rounds alternate, so that a slow moment of the
 * machine affects all functions.
 */
export function leastCpuMs(works: (() => unknown)[]): number[] {
  const times = works.map(timesOf);
  const least = works.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++)
    works.forEach((work, index) => {
      least[index] = Math.min(least[index]!, cpuMsOf(work, times[index]!) / times[index]!);
    });
  return least;
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
