import type { Config } from '../platform/config/config.js';
import { Sandbox } from '../sandbox/sandbox.js';
import { PostgresStripeStore } from '../sandbox/stripe/state/postgres-stripe-store.js';

/** Starts the stand-ins that the configuration asks for; null where all outside worlds are real. */
export async function startSandbox(
  { sandbox: { worlds } }: Config,
  databaseUrl: string,
): Promise<Sandbox | null> {
  if (worlds.length === 0) return null;
  const sandbox = new Sandbox(worlds, () => new PostgresStripeStore(databaseUrl));
  await sandbox.listen();
  return sandbox;
}
