import 'reflect-metadata';
import { banner } from './banner.js';
import { readConfig } from './platform/config/read-config.js';
import { prepareDatabase } from './prepare-database.js';
import { Sandbox } from './sandbox/sandbox.js';
import { startApi } from './start-api.js';
import { startOrStop } from './start-or-stop.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

const config = readConfig();
await startOrStop(async (onStop) => {
  const database = await prepareDatabase(config, say);
  onStop(() => database.stop());
  const sandbox = config.sandbox.worlds.length > 0 ? await Sandbox.start(config.sandbox.worlds) : null;
  onStop(async () => sandbox?.stop());
  const { url, stop } = await startApi({ config, sandbox, databaseUrl: database.url });
  onStop(stop);
  say(banner(config, url, database.description));
  // Whoever forked this process (the tests, a process manager) learns where it listens.
  process.send?.({ listening: url });
});
