import type { Config } from '../config/config.js';
import type { ProblemCode } from '../problem/problem-table.js';
import type { Problem } from '../problem/problem.js';

/** Says how a limit is lifted; empty where there is nothing to say. */
export type LimitHint = (problem: Problem) => string;

/** Limits that follow the product's clock. Requests a minute follow the machine's. */
const BY_THE_CLOCK = new Set<ProblemCode>(['otp_attempts_exceeded', 'credentials_attempts_exceeded']);

/** Tells nothing. */
export const NO_HINT: LimitHint = () => '';

/**
 * For the developer who runs the process: what lifts the limit that a 429 tells of. Production tells strangers nothing of
 * its settings.
 */
export function limitHint({ production, sandbox }: Pick<Config, 'production' | 'sandbox'>): LimitHint {
  if (production) return NO_HINT;
  const hasClock = sandbox.providers.length > 0;
  return ({ code, liftedBy }) => {
    if (liftedBy) return ` Set ${liftedBy} in the environment to change the limit (docs/configuration.md).`;
    return hasClock && BY_THE_CLOCK.has(code)
      ? ' In the sandbox, POST /sandbox/clock moves the time on.'
      : '';
  };
}
