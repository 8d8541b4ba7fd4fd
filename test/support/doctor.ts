import { execFile } from 'node:child_process';
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

/** Runs the doctor's program. @param aheadSeconds how far its clock is ahead */
export async function doctor(
  environment: Record<string, string>,
  { words = ['--json'], aheadSeconds = 0 } = {},
): Promise<DoctorReport> {
  const { code, output } = await runDoctor(environment, words, aheadSeconds);
  return { code, output, checks: output.startsWith('{') ? (JSON.parse(output).checks as DoctorCheck[]) : [] };
}

function runDoctor(
  environment: Record<string, string>,
  words: string[],
  aheadSeconds: number,
): Promise<{ code: number | null; output: string }> {
  const clock = `const now = Date.now; Date.now = () => now() + ${aheadSeconds * 1000};`;
  const node = [
    '--import',
    `data:text/javascript,${encodeURIComponent(clock)}`,
    programPath('scripts/doctor'),
  ];
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...TEST_ENVIRONMENT, ...environment } };
    const child = execFile(process.execPath, [...node, ...words], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}

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
