/** Runs at most. The machine's other work lengthens one run of them, a wait in the product lengthens each. */
const RUNS = 3;

/** Result of a piece of work and its duration in milliseconds. */
export async function timed<T>(work: Promise<T>): Promise<[T, number]> {
  const began = performance.now();
  const result = await work;
  return [result, performance.now() - began];
}

/** Least duration of up to three runs, in milliseconds. A run below the bound is the last one. */
export async function leastMs(boundMs: number, run: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let nth = 0; nth < RUNS && least >= boundMs; nth += 1) least = Math.min(least, await run());
  return least;
}
