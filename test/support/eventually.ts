/** How long a state may take to come about before the test fails. */
const PATIENCE_MS = 10_000;
const STEP_MS = 20;

/** Waits for a state: calls `look` until it gives something truthy, or its last error is the test's. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  patienceMs = PATIENCE_MS,
): Promise<NonNullable<T>> {
  const end = Date.now() + patienceMs;
  for (;;) {
    let failure: unknown = new Error(`nothing came about within ${patienceMs} ms`);
    try {
      const seen = await look();
      if (seen) return seen;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > end) throw failure;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
