import 'reflect-metadata';
import type { Config } from '../platform/config/config.js';
import { assertMigrated } from '../platform/database/schema-check.js';
import { startTracing } from '../platform/tracing/start-tracing.js';
import { runProcess } from './run-process.js';
import { startSandbox } from './start-sandbox.js';
import { startWorker } from './start-worker.js';

/** A worker process, from its start to its end. */
export function runWorkerProcess(config: Config, databaseUrl: string): Promise<void> {
  return runProcess(async (onStop) => {
    onStop(await startTracing(config, 'worker'));
    await assertMigrated(databaseUrl);
    const sandbox = await startSandbox(config, databaseUrl);
    onStop(async () => sandbox?.sandbox.stop());
    const { probeUrl, stop } = await startWorker({ config, sandbox, databaseUrl });
    onStop(stop);
    process.stdout.write(
      probeUrl === null ? 'The worker is up\n' : `The worker is up, probes at ${probeUrl}\n`,
    );
    // Tells a parent process (the tests, a process manager) that the worker is ready, and where it can be probed.
    process.send?.({ working: true, probes: probeUrl });
  });
}
