/** Least of so many rounds: what else runs on the machine, and the collection of garbage, only ever add. */
const ROUNDS = 15;
/** A round is repeated until it has cost this much, so that the clock of the processor time is fine enough. */
const ROUND_MS = 2;

/**
 * Processor time of one call of each, in milliseconds. The rounds take turns, so that a slow moment of the machine meets all
 * of them.
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

/** How often it has to run for a round; running it this often also lets the engine compile it. */
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
