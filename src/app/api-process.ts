import 'reflect-metadata';
import type { Config } from '../platform/config/config.js';
import { startTracing } from '../platform/tracing/start-tracing.js';
import { banner } from './banner.js';
import { prepareDatabase } from './prepare-database.js';
import { runProcess } from './run-process.js';
import { startApi } from './start-api.js';
import { startSandbox } from './start-sandbox.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** The API process, from its start to its end. */
export function runApiProcess(config: Config): Promise<void> {
  return runProcess(async (onStop) => {
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
}
