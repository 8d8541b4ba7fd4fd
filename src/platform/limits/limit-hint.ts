import type { Config } from '../config/config.js';
import type { ProblemCode } from '../problem/problem-table.js';
import type { Problem } from '../problem/problem.js';

/** Tells the developer how to lift a limit; empty where nothing lifts it. */
export type LimitHint = (problem: Problem) => string;

/** Limits that follow the product's clock. The limit of requests a minute follows the machine's. */
const BY_THE_CLOCK = new Set<ProblemCode>(['otp_attempts_exceeded', 'credentials_attempts_exceeded']);

/** Gives no hint. */
export const NO_HINT: LimitHint = () => '';

/**
 * Hints for the developer who runs the process: what lifts the limit of a 429. In production there is no hint, since
 * callers may not learn the settings.
 */
export function limitHint({ production, sandbox }: Pick<Config, 'production' | 'sandbox'>): LimitHint {
  if (production) return NO_HINT;
  const hasClock = sandbox.providers.length > 0;
  return ({ code, liftedBy }) => {
    if (liftedBy) return ` Set ${liftedBy} in the environment to change the limit (docs/configuration.md).`;
    return hasClock && BY_THE_CLOCK.has(code)
      ? ' In the sandbox, POST /sandbox/clock advances the clock.'
      : '';
  };
}
