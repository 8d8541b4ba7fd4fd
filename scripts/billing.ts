import { NestFactory } from '@nestjs/core';
import { BillingToolModule } from '../src/app/app.module.js';
import { BillingReconciliation } from '../src/billing/sync/billing-reconciliation.service.js';
import { readConfig } from '../src/platform/config/read-config.js';
import { openLog } from '../src/platform/logging/logger.js';
import { NestLogger } from '../src/platform/logging/nest-logger.js';
import { assertMigrated } from '../src/platform/database/schema-check.js';
import { startFailure } from '../src/app/start-failure.js';
import { startSandbox } from '../src/app/start-sandbox.js';
import { WebhookReplay } from '../src/webhooks/webhook-replay.service.js';

// `npm run billing:reconcile` compares accounts with Stripe now. `npm run billing:replay -- <event id …>` queues events
// again.
const say = (line: string) => process.stdout.write(`${line}\n`);
const EX_USAGE = 64; // sysexits.h
const EX_CONFIG = 78;

function end(code: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

const [command, ...eventIds] = process.argv.slice(2);
if (command !== 'reconcile' && command !== 'replay') end(EX_USAGE, 'reconcile, or replay <event id …>');
if (command === 'reconcile' && eventIds.length > 0)
  end(EX_USAGE, 'npm run billing:reconcile: it takes no words');
if (command === 'replay' && (eventIds.length === 0 || eventIds.some((id) => id.startsWith('-'))))
  end(EX_USAGE, 'Name the events: npm run billing:replay -- evt_…');

const config = readConfig();
const databaseUrl =
  config.database.url ??
  end(EX_CONFIG, 'DATABASE_URL: is required: the embedded database belongs to the API process');
if (!config.billing.on) end(EX_CONFIG, 'BILLING: is off: there is nothing to compare');

await assertMigrated(databaseUrl).catch((error: unknown) => end(1, startFailure(error)));
const sandbox = await startSandbox(config, databaseUrl);
const log = openLog('warn', 'tool');
const tool = await NestFactory.createApplicationContext(
  BillingToolModule.forRoot({ config, sandbox, databaseUrl }),
  { logger: new NestLogger(log.pino), abortOnError: false },
);
let failed = 0;
try {
  if (command === 'reconcile') failed = await reconcile();
  else for (const eventId of eventIds) failed += (await replay(eventId)) ? 0 : 1;
} finally {
  await tool.close();
  await sandbox?.sandbox.stop();
}
process.exit(failed === 0 ? 0 : 1);

async function reconcile(): Promise<number> {
  const report = await tool.get(BillingReconciliation).run(({ checked, total }) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${checked} of ${total} accounts`);
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  say(
    `${report.checked} accounts compared with Stripe: ${report.drifted} differed and were repaired, ${report.failed} could not be compared.`,
  );
  return report.failed;
}

async function replay(eventId: string): Promise<boolean> {
  const isKnown = await tool.get(WebhookReplay).replay(eventId);
  say(
    isKnown ? `${eventId}: a worker takes it on again.` : `${eventId}: there is no such event in the inbox.`,
  );
  return isKnown;
}
