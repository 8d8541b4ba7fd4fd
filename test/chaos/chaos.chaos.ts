import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { backend } from '../support/product.js';

const RUN = fileURLToPath(new URL('../../dist/test/chaos/run.js', import.meta.url));
/** One of each kind of fault, or nearly, within half a minute. */
const FLAGS = ['--kills=8', '--seed=7', '--seconds=24', '--people=6'];

function chaos(...flags: string[]): Promise<{ code: number | null; output: string }> {
  const run = spawn(process.execPath, [RUN, `--backend=${backend}`, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => run.kill());
  let output = '';
  for (const stream of [run.stdout, run.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => run.once('exit', (code) => resolve({ code, output })));
}

it('nothing is lost, doubled, stuck or charged wrongly while processes, servers and links are killed', async () => {
  const { code, output } = await chaos(...FLAGS);
  if (code !== 0) throw new Error(output);
}, 150_000);
