import 'reflect-metadata';
import { assertMigrated } from './platform/database/schema-check.js';
import { readConfig } from './platform/config/read-config.js';
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
  await assertMigrated(databaseUrl);
  const sandbox = await startSandbox(config, databaseUrl);
  onStop(async () => sandbox?.sandbox.stop());
  const app = await startWorker({ config, sandbox, databaseUrl });
  onStop(() => app.close());
  process.stdout.write('The worker is up\n');
  // Tells a parent process (the tests, a process manager) that the worker is ready.
  process.send?.({ working: true });
});
