import { Global, Module } from '@nestjs/common';
import { Drain } from './drain.js';
import { HealthController } from './health.controller.js';
import { HealthMetrics } from './health.metrics.js';
import { Readiness } from './readiness.js';

/** Liveness, readiness and drain of the API. */
@Global()
@Module({
  controllers: [HealthController],
  providers: [Drain, HealthMetrics, Readiness],
  exports: [Drain, Readiness],
})
export class HealthModule {}
