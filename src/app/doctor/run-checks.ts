import { withTimeout } from '../../platform/concurrency/with-timeout.js';
import {
  CHECK_LIMIT_MS,
  failed,
  fix,
  skipped,
  type Check,
  type CheckGroup,
  type CheckResult,
  type Finding,
} from './check.js';
import { reasonOf } from './reason.js';
import type { Redactor } from './redactor.js';

/**
 * Runs all checks. A check that throws or exceeds its limit is a failed check, and the others still run; only checks that
 * need it are skipped. Every text passes the redactor, because errors of client libraries may repeat an address.
 * @returns the results in the order of the groups
 */
export async function runChecks(groups: CheckGroup[], redactor: Redactor): Promise<CheckResult[]> {
  const results = await Promise.all(groups.map(runGroup));
  return results.flat().map((result) => redactor.clean(result));
}

async function runGroup({ service, checks, close }: CheckGroup): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const needed = results.find((result) => result.check === check.needs);
    const hasFailed = needed?.outcome === 'failed' || needed?.outcome === 'skipped';
    const finding = hasFailed ? skipped(`needs “${check.needs}”`) : await runCheck(check);
    results.push({ service, check: check.name, ...finding });
  }
  await Promise.resolve(close?.()).catch(() => undefined);
  return results;
}

async function runCheck({ run, limitMs = CHECK_LIMIT_MS }: Check): Promise<Finding> {
  try {
    return await withTimeout(Promise.resolve().then(run), limitMs);
  } catch (error) {
    return failed(
      `no result: ${reasonOf(error)}`,
      fix([], 'run the doctor again; check the network between'),
    );
  }
}
