import { notices } from './requirements.js';

/** Ends the run with a list of skipped suites and missing programs, and with one line of counts. */
export default class ClosingReporter {
  onRunStart() {
    say(notices);
  }

  onRunComplete(_, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    // A suite that failed to load has uncounted tests.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    // Written after Jest's own summary, so that it is the last text of the run.
    process.once('exit', () => say(['', ...notices, `${numPassedTests} passed, ${failed} failed${skipped}`]));
  }
}

/** The stream of Jest's own reporter, so that the order is kept. */
function say(lines) {
  for (const line of lines) process.stderr.write(`${line}\n`);
}
