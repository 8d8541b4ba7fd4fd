import { readConfig } from './platform/config/read-config.js';

const config = readConfig();
// Loaded only now: a refused configuration ends the process before it has loaded the application, in a tenth of the time.
const { runApiProcess } = await import('./app/api-process.js');
await runApiProcess(config);
