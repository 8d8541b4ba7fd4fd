import 'reflect-metadata';
import { banner } from './app/banner.js';
import { readConfig } from './platform/config/read-config.js';
import { prepareDatabase } from './app/prepare-database.js';
import { runProcess } from './app/run-process.js';
import { startApi } from './app/start-api.js';
import { startTracing } from './platform/tracing/start-tracing.js';
import { startSandbox } from './app/start-sandbox.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

const config = readConfig();
await runProcess(async (onStop) => {
  onStop(await startTracing(config, 'api'));
  const database = await prepareDatabase(config, say);
  onStop(database.stop);
  const sandbox = await startSandbox(config, database.url);
  onStop(async () => sandbox?.sandbox.stop());
  const { url, hasConsole, stop } = await startApi({ config, sandbox, databaseUrl: database.url });
  onStop(stop);
  say(banner(config, { url, hasConsole, database: database.description }));
  // Tells a parent process (the tests, a process manager) the address it listens on, and that of the model's stand-in.
  process.send?.({ listening: url, model: sandbox?.sandbox.gemini?.url ?? null });
});
