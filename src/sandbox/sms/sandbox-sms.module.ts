import { Global, Module } from '@nestjs/common';
import { SandboxSmsController } from './sandbox-sms.controller.js';
import { SandboxSmsRepository } from './sandbox-sms.repository.js';

/** The SMS inbox: written by every process, shown by the API. */
@Global()
@Module({ providers: [SandboxSmsRepository], exports: [SandboxSmsRepository] })
export class SandboxSmsModule {}

/** GET /sandbox/sms. Loaded only with OTP_DELIVERY=sandbox. */
@Module({ imports: [SandboxSmsModule], controllers: [SandboxSmsController] })
export class SandboxSmsRoutesModule {}
