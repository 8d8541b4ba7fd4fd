import { Module, type DynamicModule } from '@nestjs/common';
import type { AdjustableClock } from '../platform/clock/clock.js';
import { SandboxController } from './sandbox.controller.js';
import { SANDBOX_CLOCK } from './sandbox-clock.js';

/** The routes under /sandbox. Loaded only while a sandbox is on, never in production. */
@Module({})
export class SandboxModule {
  static forRoot(clock: AdjustableClock): DynamicModule {
    return {
      module: SandboxModule,
      controllers: [SandboxController],
      providers: [{ provide: SANDBOX_CLOCK, useValue: clock }],
    };
  }
}
