import 'reflect-metadata';
import { banner } from './banner.js';
import { readConfig } from './platform/config/read-config.js';
import { prepareDatabase } from './prepare-database.js';
import { Sandbox } from './sandbox/sandbox.js';
import { startApi } from './start-api.js';
import { startFailure } from './start-failure.js';
import { fatal, stopOnSignals } from './stop-on-signals.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

const config = readConfig();
/** What is to be stopped, last started first: a start that fails half-way leaves nothing running. */
const running: (() => Promise<void>)[] = [];
const stopAll = async () => {
  for (const stop of running.toReversed()) await stop();
};

stopOnSignals(stopAll);
try {
  const database = await prepareDatabase(config, say);
  running.push(database.stop);
  const sandbox = config.sandbox.worlds.length > 0 ? await Sandbox.start(config.sandbox.worlds) : null;
  running.push(async () => sandbox?.stop());
  const { app, url } = await startApi({ config, sandbox, databaseUrl: database.url });
  running.push(() => app.close());
  say(banner(config, url, database.description));
  // Whoever forked this process (the tests, a process manager) learns where it listens.
  process.send?.({ listening: url });
} catch (error) {
  await stopAll().catch(() => undefined);
  const reason = startFailure(error);
  if (reason === null) fatal('the start failed', error);
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
