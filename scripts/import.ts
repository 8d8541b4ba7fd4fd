import { Keys } from '../src/platform/crypto/keys.js';
import { readConfig } from '../src/platform/config/read-config.js';
import { startFailure } from '../src/app/start-failure.js';
import { readArguments, USAGE } from './import/arguments.js';
import { resumeAdvice, importFailure } from './import/failure.js';
import { BadFile } from './import/faults.js';
import { fileSizes } from './import/file-sizes.js';
import { importFiles } from './import/import-files.js';
import { openDatabase } from './import/open-database.js';
import { Progress } from './import/progress.js';
import { Rejections } from './import/rejections.js';
import { openSession } from './import/session.js';
import { summary } from './import/summary.js';

// `npm run import -- users.csv rooms.csv messages.csv`: imports users, rooms and messages of another backend.
const say = (line: string) => process.stdout.write(`${line}\n`);
const warn = (line: string) => process.stderr.write(`${line}\n`);
const SOME_REJECTED = 1;
const EX_USAGE = 64; // sysexits.h
const EX_UNAVAILABLE = 69;
const EX_TEMPFAIL = 75;

function end(code: number, message: string): never {
  warn(message);
  process.exit(code);
}

const order = readArguments(process.argv.slice(2)) ?? end(EX_USAGE, USAGE);
const config = readConfig();
const interrupted = { dryRun: order.dryRun, isEmbedded: config.database.url === null };
const failed = (error: unknown): never =>
  end(error instanceof BadFile ? error.exitCode : EX_TEMPFAIL, importFailure(error, interrupted));
const sizes = await fileSizes(order.files).catch(failed);
const rejections = await Rejections.open(order.files, warn).catch(failed);
const target = await openDatabase(config, warn).catch(async (error: unknown) => {
  await rejections.close();
  return end(EX_UNAVAILABLE, startFailure(error));
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void target.stop().finally(() => end(EX_TEMPFAIL, resumeAdvice(order))));

const progress = new Progress();
try {
  const begun = performance.now();
  const client = await openSession(target.url, new Keys(config));
  const tools = { client, config, sizes, tellCaches: target.hasCaches, rejections, progress };
  const outcome = await importFiles(order, tools);
  await client.end();
  for (const line of summary(outcome, rejections, (performance.now() - begun) / 1000)) say(line);
} catch (error) {
  progress.stop();
  await rejections.close();
  await target.stop();
  failed(error);
}
await rejections.close();
await target.stop();
process.exit(rejections.total > 0 ? SOME_REJECTED : 0);
