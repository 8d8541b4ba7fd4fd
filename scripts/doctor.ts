import { EX_USAGE } from './command-context.js';
import { readArguments, USAGE } from './doctor/arguments.js';

// `npm run doctor`: tests the configured services for real. Exit code 1 when a check failed.
const order = readArguments(process.argv.slice(2));
if (!order) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(EX_USAGE);
}

const [{ tryReadConfig }, { runDoctor }] = await Promise.all([
  import('../src/platform/config/read-config.js'),
  import('./doctor/run-doctor.js'),
]);
const { text, code } = await runDoctor(order, tryReadConfig());
process.stdout.write(text, () => process.exit(code));
