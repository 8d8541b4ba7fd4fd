import 'reflect-metadata';
import { AdjustableClock, SystemClock } from './platform/clock/clock.js';
import { readConfig } from './platform/config/read-config.js';
import { prepareDatabase } from './prepare-database.js';
import { startApi } from './start-api.js';
import { stopOnSignals } from './stop-on-signals.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

const config = readConfig();
const database = await prepareDatabase(config, say);
const clock = config.sandbox.worlds.length > 0 ? new AdjustableClock() : new SystemClock();
const { app, url } = await startApi({ config, clock, databaseUrl: database.url });
stopOnSignals(async () => {
  await app.close();
  await database.stop();
});
say(`Listening on ${url}`);
// Whoever forked this process (the tests, a process manager) learns where it listens.
process.send?.({ listening: url });
