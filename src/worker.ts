import 'reflect-metadata';
import { assertMigrated } from './platform/database/schema-check.js';
import { readConfig } from './platform/config/read-config.js';
import { startTracing } from './platform/tracing/start-tracing.js';
import { startSandbox } from './app/start-sandbox.js';
import { startWorker } from './app/start-worker.js';
import { runProcess } from './app/run-process.js';

const EX_CONFIG = 78; // sysexits.h

const config = readConfig();
const databaseUrl = config.database.url;
if (databaseUrl === null) {
  process.stderr.write(
    'DATABASE_URL: is required for a worker: the embedded database belongs to the API process\n',
  );
  process.exit(EX_CONFIG);
}
await runProcess(async (onStop) => {
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
