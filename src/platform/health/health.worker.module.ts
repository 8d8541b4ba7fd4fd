import { Module } from '@nestjs/common';
import { Drain } from './drain.js';
import { HealthMetrics } from './health.metrics.js';
import { ProbeServer } from './probe-server.js';
import { Readiness } from './readiness.js';

/** Liveness, readiness, drain and metrics of a worker process, on WORKER_PROBE_PORT. */
@Module({ providers: [Drain, HealthMetrics, ProbeServer, Readiness], exports: [ProbeServer] })
export class HealthWorkerModule {}
