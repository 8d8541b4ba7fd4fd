import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A plausible mistake, as a replacement of text in the compiled tree. */
export interface Plant<Found extends string = string> {
  name: string;
  /** Every text must be found, otherwise the plant is outdated. */
  edits: { file: string; find: string; put: string }[];
  /** Flags of a run that reveals it. */
  flags: string[];
  /** Guarantees of which at least one must be broken. */
  breaks: Found[];
}

export interface Planting {
  plants: Plant[];
  /** Script of the compiled tree that runs with a plant's flags, and exits with 1 when it has found a fault. */
  script: string;
  /** Reads the broken guarantees from the script's output. */
  findings: RegExp;
  /** Selects plants whose name contains the word. */
  only: string;
}

const TREE = fileURLToPath(new URL('../../', import.meta.url));
/** Beside the tree, so that packages are resolved in the same way. */
const COPY = fileURLToPath(new URL('../../../dist-planted/', import.meta.url));

/**
 * Plants one mistake after the other into a copy of the compiled tree and runs the script on it.
 * @returns the number of missed mistakes
 */
export async function plantAll(planting: Planting): Promise<number> {
  process.setMaxListeners(0);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.once('exit', () => rmSync(COPY, { recursive: true, force: true }));
  let missed = 0;
  for (const plant of planting.plants.filter(({ name }) => name.includes(planting.only))) {
    install(plant);
    const found = new Set(await run(planting, plant.flags));
    const caught = plant.breaks.filter((guarantee) => found.has(guarantee));
    if (caught.length === 0) missed += 1;
    const also = found.size > 0 ? `found: ${[...found].join(', ')}` : 'nothing was found';
    process.stdout.write(`${caught.length > 0 ? 'caught' : 'MISSED'}  ${plant.name} (${also})\n`);
  }
  process.stdout.write(missed === 0 ? 'Every planted mistake was found.\n' : `${missed} were not found.\n`);
  return missed;
}

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

/** The broken guarantees of a run of the copy. */
function run({ script, findings }: Planting, flags: string[]): Promise<string[]> {
  const child = spawn(process.execPath, [join(COPY, script), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill());
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      const found = [...output.matchAll(findings)].map(([, guarantee]) => guarantee!);
      // The run itself failed, so it says nothing about the guarantees.
      if (code !== 0 && found.length === 0) reject(new Error(`the run ended with ${code}:\n${output}`));
      else resolve(found);
    });
  });
}
