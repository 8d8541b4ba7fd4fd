import { twinProblem } from '../../platform/idempotency/idempotency.repository.js';

const UNIQUE_VIOLATION = '23505';

/**
 * Runs a statement that keeps an Idempotency-Key, and once more where a twin with the same key was faster: its commit is
 * visible then, so the second look answers with its result.
 * @throws Problem `idempotency_in_progress` when the twin is not done in time
 */
export async function lookAgain<R extends { outcome: string }>(
  look: () => Promise<R>,
  hasKey: boolean,
): Promise<R> {
  if (!hasKey) return look();
  try {
    const row = await look().catch(ignoreTakenKey);
    return row === null || TWINS_DOING.has(row.outcome) ? await look() : row;
  } catch (error) {
    throw twinProblem(error);
  }
}

/** What a twin's success looks like from behind: the limit is reached, or what was to be begun has begun. */
const TWINS_DOING = new Set(['over_daily_limit', 'over_rate_limit', 'reply_in_progress', 'not_retriable']);

function ignoreTakenKey(error: unknown): null {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code === UNIQUE_VIOLATION && constraint === 'idempotency_keys_pkey') return null;
  throw error;
}
