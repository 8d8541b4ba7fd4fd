import { notices } from './requirements.js';

/** Ends the run with what was skipped for want of a program, and with one line of counts. */
export default class ClosingReporter {
  onRunStart() {
    say(notices);
  }

  onRunComplete(_, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    // A suite that could not be loaded holds uncounted tests.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    // Jest's own summary comes after every reporter; this is to be the last thing that is read.
    process.once('exit', () => say(['', ...notices, `${numPassedTests} passed, ${failed} failed${skipped}`]));
  }
}

/** Where Jest's own reporter writes, so that the order stays. */
function say(lines) {
  for (const line of lines) process.stderr.write(`${line}\n`);
}
