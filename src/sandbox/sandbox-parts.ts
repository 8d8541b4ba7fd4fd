import type { DynamicModule, Type } from '@nestjs/common';
import { SandboxModule } from './sandbox.module.js';
import { Sandbox } from './sandbox.js';
import { SandboxSmsModule, SandboxSmsRoutesModule } from './sms/sandbox-sms.module.js';
import { SandboxSmsSender } from './sms/sandbox-sms.sender.js';
import { PostgresStripeStore } from './stripe/postgres-stripe-store.js';
import type { SandboxProvider } from '../platform/config/sandbox-providers.js';

/** What the composition root takes from the sandbox. */
export interface SandboxParts {
  sandbox: Sandbox;
  /** Modules of every process. */
  everywhere: readonly Type[];
  /** Modules of the API process: the routes and pages under /sandbox. */
  api: readonly (DynamicModule | Type)[];
  /** Keeps an SMS in the inbox instead of sending it; null where messages go to a real provider. */
  smsSender: Type<SandboxSmsSender> | null;
}

/**
 * The stand-ins for these outside worlds and the Nest modules that show them. This file and all that it imports are
 * loaded by `import()` alone (src/app/start-sandbox.ts): a process whose outside worlds are all real loads none of it.
 */
export function sandboxParts(providers: readonly SandboxProvider[], databaseUrl: string): SandboxParts {
  const sandbox = new Sandbox(providers, () => new PostgresStripeStore(databaseUrl));
  const sms = providers.includes('sms');
  return {
    sandbox,
    everywhere: sms ? [SandboxSmsModule] : [],
    api: [SandboxModule.forRoot(sandbox), ...(sms ? [SandboxSmsRoutesModule] : [])],
    smsSender: sms ? SandboxSmsSender : null,
  };
}
