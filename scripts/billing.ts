import { readArguments } from './billing/arguments.js';
import { EX_USAGE } from './command-context.js';

// `npm run billing:reconcile` compares accounts with Stripe now. `npm run billing:replay -- <event id …>` queues events
// again.
const order = readArguments(process.argv.slice(2));
if (typeof order === 'string') {
  process.stderr.write(`${order}\n`);
  process.exit(EX_USAGE);
}

const [{ readConfig }, { openLog }, { NestLogger }, { runBilling }] = await Promise.all([
  import('../src/platform/config/read-config.js'),
  import('../src/platform/logging/logger.js'),
  import('../src/platform/logging/nest-logger.js'),
  import('./billing/run-billing.js'),
]);
const logger = new NestLogger(openLog('warn', 'tool').pino);
process.exit(await runBilling(order, { readConfig, logger, out: process.stdout, err: process.stderr }));
