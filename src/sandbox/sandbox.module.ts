import { Module, type DynamicModule } from '@nestjs/common';
import { SandboxController } from './sandbox.controller.js';
import { Sandbox } from './sandbox.js';
import { SandboxStripeModule } from './stripe/sandbox-stripe.module.js';

/** The routes under /sandbox. Loaded only while a sandbox is on, never in production. */
@Module({})
export class SandboxModule {
  static forRoot(sandbox: Sandbox): DynamicModule {
    return {
      module: SandboxModule,
      imports: sandbox.stripe ? [SandboxStripeModule.forRoot(sandbox.stripe)] : [],
      controllers: [SandboxController],
      providers: [{ provide: Sandbox, useValue: sandbox }],
    };
  }
}
