import 'reflect-metadata';
import { startApi } from './start-api.js';
import { SystemClock } from './platform/clock/clock.js';
import { readConfig } from './platform/config/read-config.js';
import { prepareDatabase } from './prepare-database.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

const config = readConfig();
const database = await prepareDatabase(config, say);
const { url } = await startApi({ config, clock: new SystemClock(), databaseUrl: database.url });
say(`Listening on ${url}`);
