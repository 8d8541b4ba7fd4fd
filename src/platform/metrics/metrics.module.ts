import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { MetricSources } from './metric-sources.js';
import { Metrics } from './metrics.js';

/** Injection token of {@link Metrics}; null while they are off. */
export const METRICS = Symbol('Metrics');

/** Metrics of the process, and what is read at a scrape. */
@Global()
@Module({})
export class MetricsModule {
  /** @param config null: no metrics, in a command */
  static forRoot(config: Config | null): DynamicModule {
    return {
      module: MetricsModule,
      providers: [
        MetricSources,
        {
          provide: METRICS,
          inject: [MetricSources],
          useFactory: (sources: MetricSources) => (config === null ? null : Metrics.open(config, sources)),
        },
      ],
      exports: [MetricSources, METRICS],
    };
  }
}
