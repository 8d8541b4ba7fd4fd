import { NestFactory } from '@nestjs/core';
import { BillingToolModule } from '../../src/app/app.module.js';
import { startFailure } from '../../src/app/start-failure.js';
import { startSandbox } from '../../src/app/start-sandbox.js';
import { BillingReconciliation } from '../../src/billing/sync/billing-reconciliation.service.js';
import { assertMigrated } from '../../src/platform/database/schema-check.js';
import { WebhookReplay } from '../../src/webhooks/webhook-replay.service.js';
import { EX_CONFIG, type ToolContext } from '../command-context.js';
import type { BillingOrder } from './arguments.js';

/** Runs the command and returns its exit code. */
export async function runBilling(order: BillingOrder, context: ToolContext): Promise<number> {
  const failed = (code: number, line: string): number => {
    context.err.write(`${line}\n`);
    return code;
  };
  const config = context.readConfig();
  const databaseUrl = config.database.url;
  if (databaseUrl === null)
    return failed(EX_CONFIG, 'DATABASE_URL: is required: the embedded database belongs to the API process');
  if (!config.billing.on) return failed(EX_CONFIG, 'BILLING: is off: there is nothing to compare');
  try {
    await assertMigrated(databaseUrl);
  } catch (error) {
    return failed(1, startFailure(error));
  }

  const sandbox = await startSandbox(config, databaseUrl);
  const tool = await NestFactory.createApplicationContext(
    BillingToolModule.forRoot({ config, sandbox, databaseUrl }),
    { logger: context.logger, abortOnError: false },
  );
  try {
    const failures =
      order.command === 'reconcile'
        ? await reconcile(tool.get(BillingReconciliation), context)
        : await replay(tool.get(WebhookReplay), order.eventIds, context);
    return failures === 0 ? 0 : 1;
  } finally {
    await tool.close();
    await sandbox?.sandbox.stop();
  }
}

/** Returns how many accounts could not be compared. */
async function reconcile(reconciliation: BillingReconciliation, { out, err }: ToolContext): Promise<number> {
  const isTerminal = 'isTTY' in err && err.isTTY === true;
  const report = await reconciliation.run(({ checked, total }) => {
    if (isTerminal) err.write(`\r${checked} of ${total} accounts`);
  });
  if (isTerminal) err.write('\n');
  out.write(
    `${report.checked} accounts compared with Stripe: ${report.drifted} differed and were repaired, ${report.failed} could not be compared.\n`,
  );
  return report.failed;
}

/** Returns how many events are unknown. */
async function replay(webhooks: WebhookReplay, eventIds: string[], { out }: ToolContext): Promise<number> {
  let unknown = 0;
  for (const eventId of eventIds) {
    const isKnown = await webhooks.replay(eventId);
    if (!isKnown) unknown += 1;
    out.write(
      isKnown
        ? `${eventId}: a worker takes it on again.\n`
        : `${eventId}: there is no such event in the inbox.\n`,
    );
  }
  return unknown;
}
