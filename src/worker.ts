import 'reflect-metadata';
import { readConfig } from './platform/config/read-config.js';
import { Sandbox } from './sandbox/sandbox.js';
import { startWorker } from './start-worker.js';
import { stopOnSignals } from './stop-on-signals.js';

const EX_CONFIG = 78; // sysexits.h

const config = readConfig();
if (config.database.url === null) {
  process.stderr.write(
    'DATABASE_URL: is required for a worker: the embedded database belongs to the API process\n',
  );
  process.exit(EX_CONFIG);
}
const sandbox = config.sandbox.worlds.length > 0 ? await Sandbox.start(config.sandbox.worlds) : null;
const app = await startWorker({ config, sandbox, databaseUrl: config.database.url });
stopOnSignals(async () => {
  await app.close();
  await sandbox?.stop();
});
process.stdout.write('The worker is up\n');
// Whoever forked this process (the tests, a process manager) learns that it works.
process.send?.({ working: true });
