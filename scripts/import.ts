import { EX_TEMPFAIL, EX_USAGE } from './command-context.js';
import { readArguments, USAGE } from './import/arguments.js';

// `npm run import -- users.csv rooms.csv messages.csv`: imports users, rooms and messages of another backend.
const order = readArguments(process.argv.slice(2));
if (!order) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(EX_USAGE);
}

const [{ readConfig }, { runImport }] = await Promise.all([
  import('../src/platform/config/read-config.js'),
  import('./import/run-import.js'),
]);
const onSignal = (stop: () => Promise<void>) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(EX_TEMPFAIL)));
};
process.exit(await runImport(order, { readConfig, onSignal, out: process.stdout, err: process.stderr }));
