import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { backend } from '../support/processes.js';

const HERE = new URL('../../dist/test/chaos/', import.meta.url);

/**
 * Runs a compiled harness on this project's backend.
 * @throws Error with its output when it finds a fault
 */
export async function passes(script: string, ...flags: string[]): Promise<void> {
  const run = spawn(
    process.execPath,
    [fileURLToPath(new URL(script, HERE)), `--backend=${backend}`, ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  process.once('exit', () => run.kill());
  let output = '';
  for (const stream of [run.stdout, run.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => run.once('close', resolve));
  if (code !== 0) throw new Error(output);
}
