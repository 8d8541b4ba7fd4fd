import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Keeps every core of the machine busy beside the run, until this process ends. */
export function keepCoresBusy(): void {
  for (let core = 0; core < availableParallelism(); core += 1)
    new Worker('for (;;);', { eval: true }).unref();
}
