import { Global, Module } from '@nestjs/common';
import { Drain } from './drain.js';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';

/** Liveness, readiness and drain. */
@Global()
@Module({ controllers: [HealthController], providers: [Drain, Readiness], exports: [Drain] })
export class HealthModule {}
