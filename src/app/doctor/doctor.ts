import { Logger } from '@nestjs/common';
import { ConfigError } from '../../platform/config/config-error.js';
import type { Config } from '../../platform/config/config.js';
import type { CheckGroup, CheckResult } from './check.js';
import { brokenConfiguration, configurationChecks } from './configuration.js';
import { eventChecks } from './event-checks.js';
import { modelChecks } from './model-checks.js';
import { postgresChecks } from './postgres-checks.js';
import { redisChecks } from './redis-checks.js';
import { Redactor } from './redactor.js';
import { runChecks } from './run-checks.js';
import { smsChecks } from './sms-checks.js';
import { stripeChecks } from './stripe-checks.js';

export interface DoctorOptions {
  /** E.164: one real message is sent to it; null: none is sent. */
  sendTo: string | null;
}

/**
 * Tests every service of the configuration through the product's own clients, and says what to fix.
 *
 * Problem: a wrong key, an archived price or a pooler in transaction mode is noticed by a user, hours after the release,
 * as a 503 or as a reply that never comes.
 *
 * How it works: one group of checks for each service; groups run at the same time, the checks of a group one after the
 * other (run-checks.ts). A check asks the service and a pure function in `*-verdicts.ts` judges the answer. The checks read;
 * the exceptions are a key of ten seconds in Redis, calls of one token to the models, an unreadable event to APP_URL, a
 * test event to EVENTS_WEBHOOK_URL, and the message of `--send-to`. No secret is printed (redactor.ts).
 *
 * What it does not do: it starts no sandbox, changes no setting, and does not prove that users get through the proxy.
 */
export function examine(config: Config | ConfigError, options: DoctorOptions): Promise<CheckResult[]> {
  // The clients log what the report says.
  Logger.overrideLogger(false);
  if (config instanceof ConfigError)
    return runChecks([brokenConfiguration(config.problems)], new Redactor([]));
  return runChecks(groupsOf(config, options), Redactor.of(config));
}

function groupsOf(config: Config, { sendTo }: DoctorOptions): CheckGroup[] {
  return [
    configurationChecks(config, new Date()),
    postgresChecks(config),
    redisChecks(config.redisUrl),
    ...modelChecks(config.llm, config.sandbox.providers.includes('llm')),
    stripeChecks(config),
    smsChecks(config, sendTo),
    eventChecks(config.events),
  ];
}
