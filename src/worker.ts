import { readConfig } from './platform/config/read-config.js';

const EX_CONFIG = 78; // sysexits.h

const config = readConfig();
const databaseUrl = config.database.url;
if (databaseUrl === null) {
  process.stderr.write(
    'DATABASE_URL: is required for a worker: the embedded database belongs to the API process\n',
  );
  process.exit(EX_CONFIG);
}
// Loaded only now, as in main.ts.
const { runWorkerProcess } = await import('./app/worker-process.js');
await runWorkerProcess(config, databaseUrl);
