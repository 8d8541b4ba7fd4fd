import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { notices } from './requirements.js';

/** A file that sums the counts of several runs (full-run.js): one line per run. */
const { TEST_COUNTS } = process.env;

/** Ends the run with a list of skipped suites and missing programs, and with one line of counts. */
export default class ClosingReporter {
  onRunStart() {
    say(notices);
  }

  onRunComplete(_, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    // A suite that failed to load has uncounted tests.
    const failures = numFailedTests + numRuntimeErrorTestSuites;
    const [passed, failed, pending] = withEarlierRuns([numPassedTests, failures, numPendingTests]);
    const skipped = pending > 0 ? `, ${pending} skipped` : '';
    // Written after Jest's own summary, so that it is the last text of the run.
    process.once('exit', () => say(['', ...notices, `${passed} passed, ${failed} failed${skipped}`]));
  }
}

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
