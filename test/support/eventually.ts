/**
 * Longest wait for a state, on a machine whose cores are busy with other tests. A state is noticed within 25 ms, so only
 * a failing test waits this long.
 */
export const PATIENCE_MS = 60_000;

/** Polls until the result satisfies the condition, and returns it; fails with the last result after the timeout. */
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
