import { relative } from 'node:path';

/** Number of files in the table. */
const ROWS = 15;
/** A file above this keeps one of two workers busy at the end of the run: split it, or find what it waits for. */
const TOO_SLOW_SECONDS = 20;

/** Ends the run with its slowest files, so that a growing one is noticed. */
export default class SlowestReporter {
  onRunComplete(_, { testResults }) {
    const files = testResults
      .filter(({ skipped }) => !skipped)
      .map(({ testFilePath, displayName, perfStats: { start, end }, testResults: tests }) => ({
        seconds: (end - start) / 1000,
        name: `${displayName?.name ?? ''} ${relative(process.cwd(), testFilePath)}`,
        tests: tests.length,
      }))
      .sort((one, other) => other.seconds - one.seconds);
    // A run of one or two files needs no table.
    if (files.length < 3) return;
    const total = files.reduce((sum, { seconds }) => sum + seconds, 0);
    const lines = files.slice(0, ROWS).map(({ seconds, name, tests }) => {
      const mark = seconds > TOO_SLOW_SECONDS ? ' *' : '  ';
      return `${seconds.toFixed(1).padStart(7)} s${mark} ${name} (${tests} tests)`;
    });
    const slow = files.filter(({ seconds }) => seconds > TOO_SLOW_SECONDS).length;
    process.stderr.write(
      [
        '',
        `Slowest of ${files.length} files, ${total.toFixed(0)} s together (* above ${TOO_SLOW_SECONDS} s: ${slow}):`,
        ...lines,
        '',
      ].join('\n'),
    );
  }
}
