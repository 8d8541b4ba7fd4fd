import { readArguments, USAGE } from './admin/arguments.js';
import { EX_USAGE } from './command-context.js';

// `npm run admin:grant -- +14155550100` makes a user an operator; `npm run admin:revoke -- …` revokes the role.
const order = readArguments(process.argv.slice(2));
if (!order) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(EX_USAGE);
}

const [{ readConfig }, { openLog }, { NestLogger }, { runAdmin }] = await Promise.all([
  import('../src/platform/config/read-config.js'),
  import('../src/platform/logging/logger.js'),
  import('../src/platform/logging/nest-logger.js'),
  import('./admin/run-admin.js'),
]);
const logger = new NestLogger(openLog('warn', 'tool').pino);
process.exit(await runAdmin(order, { readConfig, logger, out: process.stdout, err: process.stderr }));
