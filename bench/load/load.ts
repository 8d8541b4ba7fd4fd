import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadPlan, LoadResult } from './load.plan.js';

const PROGRAM = fileURLToPath(new URL('./load.program.js', import.meta.url));

/** Runs one plan in its own process, so that load and measurement do not share an event loop. */
export function load(plan: LoadPlan): Promise<LoadResult> {
  const child = fork(PROGRAM, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const limitMs = (plan.warmUpSeconds + plan.seconds + 30) * 1000;
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  return new Promise<LoadResult>((resolve, reject) => {
    child.once('message', (message: { result?: LoadResult; error?: string }) =>
      message.result ? resolve(message.result) : reject(new Error(message.error)),
    );
    child.once('exit', (code, signal) => reject(new Error(`the load ended with ${code ?? signal}`)));
    child.send(plan);
  }).finally(() => clearTimeout(limit));
}
