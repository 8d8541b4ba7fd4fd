import 'reflect-metadata';
import { readConfig } from './platform/config/read-config.js';
import { prepareDatabase } from './prepare-database.js';
import { Sandbox } from './sandbox/sandbox.js';
import { startApi } from './start-api.js';
import { stopOnSignals } from './stop-on-signals.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

const config = readConfig();
const database = await prepareDatabase(config, say);
const sandbox = config.sandbox.worlds.length > 0 ? await Sandbox.start(config.sandbox.worlds) : null;
const { app, url } = await startApi({ config, sandbox, databaseUrl: database.url });
stopOnSignals(async () => {
  await app.close();
  await sandbox?.stop();
  await database.stop();
});
say(`Listening on ${url}`);
// Whoever forked this process (the tests, a process manager) learns where it listens.
process.send?.({ listening: url });
