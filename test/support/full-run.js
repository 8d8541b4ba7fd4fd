import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECTS } from '../../jest.config.js';

/** It would take longer than all others together: `npm run test:fleet` runs it, a job of its own in GitHub Actions. */
const LEFT_OUT = ['fleet-rest'];

/**
 * `npm run test:full`: every project but {@link LEFT_OUT}, in two runs of Jest. The first one has a single worker: its files
 * start many processes each and measure how long a client waits, so that a second file beside them would fail them on a slow
 * machine.
 * closing-reporter.js ends each run with the counts of the runs so far.
 */
const ALONE = ['chaos-postgres', 'chaos-redis', 'deployments', 'fleet'];
const RUNS = [
  ['--maxWorkers=1', '--selectProjects', ...ALONE],
  ['--selectProjects', ...PROJECTS.filter((name) => ![...ALONE, ...LEFT_OUT].includes(name))],
];

const folder = mkdtempSync(join(tmpdir(), 'test-counts-'));
const env = { ...process.env, TEST_COUNTS: join(folder, 'counts') };
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];
const statuses = RUNS.map(
  (words) => spawnSync(process.execPath, [...jest, ...words], { env, stdio: 'inherit' }).status,
);
rmSync(folder, { recursive: true });
process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
