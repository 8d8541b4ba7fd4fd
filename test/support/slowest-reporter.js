import { relative } from 'node:path';
import { collectCosts, takeCosts } from './file-costs.js';

/** Number of files in the table. */
const ROWS = 15;
/** A file above this keeps one of two workers busy at the end of the run: split it, or find what it waits for. */
const TOO_SLOW_SECONDS = 20;

/**
 * Ends the run with its slowest files, so that a growing one is noticed. Seconds depend on what else the machine does;
 * processor seconds and the number of programs that a file starts depend on it less.
 */
export default class SlowestReporter {
  onRunStart() {
    collectCosts();
  }

  onRunComplete(_, { testResults }) {
    const costs = new Map(takeCosts().map((cost) => [`${cost.project} ${cost.path}`, cost]));
    const files = testResults
      .filter(({ skipped }) => !skipped)
      .map(({ testFilePath, displayName, perfStats: { start, end }, testResults: tests }) => ({
        processorSeconds: 0,
        programs: 0,
        ...costs.get(`${displayName?.name} ${testFilePath}`),
        seconds: (end - start) / 1000,
        name: `${displayName?.name ?? ''} ${relative(process.cwd(), testFilePath)}`,
        tests: tests.length,
      }))
      .sort((one, other) => other.seconds - one.seconds);
    // A run of one or two files needs no table.
    if (files.length < 3) return;
    const sum = (key) => files.reduce((total, file) => total + file[key], 0).toFixed(0);
    const slow = files.filter(({ seconds }) => seconds > TOO_SLOW_SECONDS).length;
    process.stderr.write(
      [
        '',
        `Slowest of ${files.length} files (* above ${TOO_SLOW_SECONDS} s: ${slow}). All files together: ${sum('seconds')} s;`,
        `processor time ${sum('processorSeconds')} s, with that of the ${sum('programs')} programs they started.`,
        '  seconds  processor  programs',
        ...files.slice(0, ROWS).map(row),
        '',
      ].join('\n'),
    );
  }
}

function row({ seconds, processorSeconds, programs, name, tests }) {
  const mark = seconds > TOO_SLOW_SECONDS ? '*' : ' ';
  const cost = `${processorSeconds.toFixed(1).padStart(10)} ${String(programs).padStart(9)}`;
  return `${seconds.toFixed(1).padStart(8)} ${mark}${cost}  ${name} (${tests} tests)`;
}
