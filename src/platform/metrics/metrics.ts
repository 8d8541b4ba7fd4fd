import type * as PromClient from 'prom-client';
import type { Registry } from 'prom-client';
import type { Config } from '../config/config.js';
import { instruments } from './instruments.js';
import type { MetricSources } from './metric-sources.js';

/** The text of a scrape. */
export interface Scrape {
  contentType: string;
  text: string;
}

/** The metrics of this process, in Prometheus's text format. */
export class Metrics {
  private constructor(
    private readonly registry: Registry,
    private readonly sources: MetricSources,
  ) {}

  /**
   * Starts every instrument; null while METRICS_TOKEN is not set. prom-client is loaded only here: it costs a process
   * without metrics neither time nor memory.
   */
  static async open(config: Config, sources: MetricSources): Promise<Metrics | null> {
    if (config.metrics.token === null) return null;
    // A CommonJS package: all of it is the default export, also in the bundle.
    const { default: prom } = (await import('prom-client')) as unknown as { default: typeof PromClient };
    const registry = new prom.Registry();
    // Event-loop lag, processor time, memory, garbage collection, open handles.
    prom.collectDefaultMetrics({ register: registry });
    for (const instrument of instruments()) instrument.start({ prom, registry, config });
    return new Metrics(registry, sources);
  }

  /** Never fails: what cannot be read is missing. */
  async scrape(): Promise<Scrape> {
    await this.sources.refresh();
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }
}
