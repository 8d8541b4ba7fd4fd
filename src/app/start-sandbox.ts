import type { Config } from '../platform/config/config.js';
import type { SandboxParts } from '../sandbox/sandbox-parts.js';

/**
 * Starts the sandboxes that the configuration asks for; null where all external services are real: then no code of the
 * sandbox is loaded (test/e2e/production-load.e2e.ts).
 */
export async function startSandbox(
  { sandbox: { providers } }: Config,
  databaseUrl: string,
): Promise<SandboxParts | null> {
  if (providers.length === 0) return null;
  const { sandboxParts } = await import('../sandbox/sandbox-parts.js');
  const parts = sandboxParts(providers, databaseUrl);
  await parts.sandbox.listen();
  return parts;
}
