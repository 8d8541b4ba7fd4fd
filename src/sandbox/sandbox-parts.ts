import type { DynamicModule, Type } from '@nestjs/common';
import { SandboxModule } from './sandbox.module.js';
import { Sandbox } from './sandbox.js';
import { SandboxSmsModule, SandboxSmsRoutesModule } from './sms/sandbox-sms.module.js';
import { SandboxSmsSender } from './sms/sandbox-sms.sender.js';
import { PostgresStripeStore } from './stripe/postgres-stripe-store.js';
import type { SandboxProvider } from '../platform/config/sandbox-providers.js';

/** The parts of the sandbox that the composition root loads. */
export interface SandboxParts {
  sandbox: Sandbox;
  /** Modules of every process. */
  everywhere: readonly Type[];
  /** Modules of the API process: the routes and pages under /sandbox. */
  api: readonly (DynamicModule | Type)[];
  /** Stores SMS in the inbox instead of sending them; null with a real provider. */
  smsSender: Type<SandboxSmsSender> | null;
}

/**
 * Returns the stand-ins for these providers, and their Nest modules. This file and its imports are loaded only by
 * `import()` (src/app/start-sandbox.ts): a process with only real providers loads none of them.
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
