import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * Runs npm scripts side by side, as many as there are processors, and prints the output of each when it ends:
 * `node scripts/side-by-side.js typecheck lint`. Most of them use one processor. The first named starts first, so the
 * longest is named first. All run although one fails. A script that builds the product finds it built: build first.
 */
const waiting = process.argv.slice(2);
const failed = [];

/** Exit code and output of a script. */
function run(script) {
  const output = [];
  const child = spawn('npm', ['run', '--silent', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, output: Buffer.concat(output) }));
    child.once('error', (error) => resolve({ code: 1, output: Buffer.from(`${error.message}\n`) }));
  });
}

async function work() {
  for (let script = waiting.shift(); script; script = waiting.shift()) {
    const { code, output } = await run(script);
    process.stdout.write(output);
    if (code !== 0) failed.push(script);
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
for (const script of failed) process.stdout.write(`FAILED: npm run ${script}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
