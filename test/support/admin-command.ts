import { execFile } from 'node:child_process';
import { readArguments, USAGE } from '../../scripts/admin/arguments.js';
import { runAdmin as runOrder } from '../../scripts/admin/run-admin.js';
import { EX_USAGE } from '../../scripts/command-context.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { embeddedSecret } from '../../src/platform/config/embedded-secret.js';
import { Collected } from './collected.js';
import { programPath, TEST_ENVIRONMENT } from './processes.js';

/** Result of `npm run admin:grant` or `admin:revoke`. */
export interface Ended {
  code: number | null;
  output: string;
}

/** A result with this code, whose output contains a text. */
export const says = (code: number, output: string): Ended => ({
  code,
  output: expect.stringContaining(output),
});

/** Runs the command in this process: a process a call would be most of what a suite costs. */
export async function runAdmin(environment: Record<string, string>, ...words: string[]): Promise<Ended> {
  const order = readArguments(words);
  if (!order) return { code: EX_USAGE, output: USAGE };
  const output = new Collected();
  const readConfig = () => loadConfig({ ...TEST_ENVIRONMENT, ...environment }, { embeddedSecret });
  const code = await runOrder(order, { readConfig, logger: false, out: output, err: output });
  return { code, output: output.text };
}

/** Runs its program. */
export function runAdminProgram(environment: Record<string, string>, ...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...TEST_ENVIRONMENT, ...environment } };
    const child = execFile(
      process.execPath,
      [programPath('scripts/admin'), ...words],
      options,
      (_, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}
