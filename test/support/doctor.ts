import { execFile } from 'node:child_process';
import { EX_USAGE } from '../../scripts/command-context.js';
import { readArguments, USAGE } from '../../scripts/doctor/arguments.js';
import { runDoctor } from '../../scripts/doctor/run-doctor.js';
import { tryReadConfig } from '../../src/platform/config/read-config.js';
import { programPath, TEST_ENVIRONMENT } from './processes.js';

/** A finding of `npm run doctor -- --json`. */
export interface DoctorCheck {
  service: string;
  check: string;
  outcome: 'ok' | 'warning' | 'failed' | 'skipped';
  fact: string;
  fix: { variables: string[]; text: string } | null;
}

export interface DoctorReport {
  code: number | null;
  output: string;
  checks: DoctorCheck[];
}

/**
 * Runs the doctor in this process: a process a call would be most of what its suite costs.
 * @param aheadSeconds how far its clock is ahead
 */
export async function doctor(
  environment: Record<string, string>,
  { words = ['--json'], aheadSeconds = 0 } = {},
): Promise<DoctorReport> {
  const order = readArguments(words);
  if (!order) return toReport(EX_USAGE, USAGE);
  const { now } = Date;
  Date.now = () => now() + aheadSeconds * 1000;
  try {
    const { code, text } = await runDoctor(order, tryReadConfig({ ...TEST_ENVIRONMENT, ...environment }));
    return toReport(code, text);
  } finally {
    Date.now = now;
  }
}

/** Runs the doctor's program. */
export function doctorProgram(
  environment: Record<string, string>,
  ...words: string[]
): Promise<DoctorReport> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...TEST_ENVIRONMENT, ...environment } };
    const child = execFile(
      process.execPath,
      [programPath('scripts/doctor'), ...words],
      options,
      (_, stdout, stderr) => resolve(toReport(child.exitCode, stdout + stderr)),
    );
  });
}

const toReport = (code: number | null, output: string): DoctorReport => ({
  code,
  output,
  checks: output.startsWith('{') ? (JSON.parse(output).checks as DoctorCheck[]) : [],
});

/** The finding of one check, and the variables that its fix names. */
export function findingOf({ checks }: DoctorReport, service: string, check: string): [string, ...string[]] {
  const found = checks.find((one) => one.service === service && one.check === check);
  return found ? [found.outcome, ...(found.fix?.variables ?? [])] : ['missing'];
}

/** The run's PostgreSQL never waits for the disk (start-servers.ts), which the doctor sees each time. */
const OF_TESTS = 'PostgreSQL: durability';

/** What failed: `service: check`. */
export const failuresOf = ({ checks }: DoctorReport): string[] =>
  checks
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ service, check }) => `${service}: ${check}`)
    .filter((place) => place !== OF_TESTS);

/** The fact of one check. */
export const factOf = ({ checks }: DoctorReport, service: string, check: string): string | undefined =>
  checks.find((one) => one.service === service && one.check === check)?.fact;
