/**
 * How long a state may take on a machine whose cores are all busy beside the tests. A state that comes is seen within
 * 25 ms: only a test that fails waits this long.
 */
export const PATIENCE_MS = 60_000;

/** Asks until the answer satisfies, and gives it; fails with the last answer when it takes too long. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  satisfies: (answer: T) => boolean = Boolean,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > until)
      throw new Error(`not within ${timeoutMs} ms; last seen: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
