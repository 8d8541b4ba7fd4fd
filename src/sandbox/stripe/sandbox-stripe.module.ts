import { Module, type DynamicModule } from '@nestjs/common';
import { SandboxGuard } from '../sandbox.guard.js';
import { StripeControlController } from './control/stripe-control.controller.js';
import { StripePages } from './pages/stripe-pages.js';
import { StripeSandbox } from '@chat-backend/stripe-sandbox';

/** The pages and the controls of the Stripe sandbox, below /sandbox/stripe. Loaded only while it is on. */
@Module({})
export class SandboxStripeModule {
  static forRoot(sandbox: StripeSandbox): DynamicModule {
    return {
      module: SandboxStripeModule,
      controllers: [StripeControlController],
      providers: [{ provide: StripeSandbox, useValue: sandbox }, SandboxGuard, StripePages],
    };
  }
}
