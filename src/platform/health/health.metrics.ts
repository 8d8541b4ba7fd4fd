import { Injectable } from '@nestjs/common';
import { gauge } from '../metrics/instruments.js';
import { MetricSources } from '../metrics/metric-sources.js';
import { Readiness } from './readiness.js';

const DEPENDENCY_UP = gauge(
  'chat_dependency_up',
  'Whether a dependency responded to this process within a second: database, queue, redis (where configured), bus.',
  { dependency: null },
);

/** The checks of `/health/ready` as a gauge, which also answers while PostgreSQL is down. */
@Injectable()
export class HealthMetrics {
  constructor(sources: MetricSources, readiness: Readiness) {
    sources.register({
      name: 'health',
      gauges: [DEPENDENCY_UP],
      read: async () => {
        const checks = Object.entries(await readiness.check());
        return () => {
          for (const [dependency, state] of checks) DEPENDENCY_UP.set({ dependency }, state === 'up' ? 1 : 0);
        };
      },
    });
  }
}
