import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PLANTS, type Plant } from './plants.js';

/**
 * `npm run test:chaos:plant`: plants one mistake after the other into a copy of the compiled tree, and runs the harness on
 * it. A mistake that it does not find fails. `-- --only=fencing` takes those whose name holds the word.
 */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const TREE = fileURLToPath(new URL('../../', import.meta.url));
/** Beside the tree, so that packages are found from it in the same way. */
const COPY = fileURLToPath(new URL('../../../dist-planted/', import.meta.url));

process.setMaxListeners(0);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.once('exit', () => rmSync(COPY, { recursive: true, force: true }));
let missed = 0;
for (const plant of PLANTS.filter(({ name }) => name.includes(values.only))) {
  install(plant);
  const found = new Set(await run(plant.flags));
  const caught = plant.breaks.filter((guarantee) => found.has(guarantee));
  if (caught.length === 0) missed += 1;
  const also = found.size > 0 ? `found: ${[...found].join(', ')}` : 'nothing was found';
  process.stdout.write(`${caught.length > 0 ? 'caught' : 'MISSED'}  ${plant.name} (${also})\n`);
}
process.stdout.write(missed === 0 ? 'Every planted mistake was found.\n' : `${missed} were not found.\n`);
process.exit(missed === 0 ? 0 : 1);

function install({ name, edits }: Plant): void {
  rmSync(COPY, { recursive: true, force: true });
  cpSync(TREE, COPY, { recursive: true });
  for (const { file, find, put } of edits) {
    const path = join(COPY, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(find)) throw new Error(`${name}: ${file} does not hold "${find}" any more`);
    writeFileSync(path, text.replaceAll(find, put));
  }
}

/** Guarantees that a run of the copy finds off. */
function run(flags: string[]): Promise<string[]> {
  const child = spawn(process.execPath, [join(COPY, 'test/chaos/run.js'), '--backend=redis', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill());
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      const found = [...output.matchAll(/^OFF (\w+):/gm)].map(([, guarantee]) => guarantee!);
      // Neither kept nor broken: the run itself did not come to its end.
      if (code !== 0 && found.length === 0) reject(new Error(`the run ended with ${code}:\n${output}`));
      else resolve(found);
    });
  });
}
