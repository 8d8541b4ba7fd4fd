import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { notices } from './requirements.js';

/** A file that sums the counts of several runs (full-run.js): one line per run. */
const { TEST_COUNTS } = process.env;

/** Ends the run with skipped suites and missing programs, with tests that passed at a second try, and with the counts. */
export default class ClosingReporter {
  onRunStart() {
    say(notices);
  }

  onRunComplete(_, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = results;
    // A suite that failed to load has uncounted tests.
    const failures = numFailedTests + numRuntimeErrorTestSuites;
    const [passed, failed, pending] = withEarlierRuns([numPassedTests, failures, numPendingTests]);
    const skipped = pending > 0 ? `, ${pending} skipped` : '';
    // Written after Jest's own summary, so that it is the last text of the run.
    const last = ['', ...notices, ...secondTries(results), `${passed} passed, ${failed} failed${skipped}`];
    process.once('exit', () => say(last));
  }
}

/** One line per test that failed and passed when it ran once more (second-try.ts). */
const secondTries = ({ testResults }) =>
  testResults.flatMap(({ displayName, testResults: tests }) =>
    tests
      .filter(({ status, invocations = 1 }) => status === 'passed' && invocations > 1)
      .map(
        ({ fullName }) => `*** SECOND TRY: ${displayName?.name} ${fullName}: failed once, then passed ***`,
      ),
  );

function withEarlierRuns(counts) {
  if (TEST_COUNTS === undefined) return counts;
  const earlier = existsSync(TEST_COUNTS) ? readFileSync(TEST_COUNTS, 'utf8').trim().split('\n') : [];
  appendFileSync(TEST_COUNTS, `${counts.join(' ')}\n`);
  return counts.map((count, at) => earlier.reduce((sum, line) => sum + Number(line.split(' ')[at]), count));
}

/** The stream of Jest's own reporter, so that the order is kept. */
function say(lines) {
  for (const line of lines) process.stderr.write(`${line}\n`);
}
