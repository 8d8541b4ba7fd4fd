import { Injectable, Logger } from '@nestjs/common';
import { withTimeout } from '../concurrency/with-timeout.js';
import { gauge, type Clearable } from './instruments.js';

/** Values that are read when they are asked for: by a statement, from the queue, from memory. */
export interface MetricSource {
  /** Label of {@link SOURCE_UP}. */
  name: string;
  /** The gauges that {@link read} sets. While it fails they have no series. */
  gauges: readonly Clearable[];
  /** Reads and sets the gauges. */
  read: () => void | Promise<void>;
}

/** Scrapes within this time share one read: several Prometheus servers, or a person with curl, cost no more. */
const SHARED_MS = 5_000;
/** Prometheus gives up after 10 s; a scrape answers long before, whatever is down. */
const READ_TIMEOUT_MS = 1_000;

const SOURCE_UP = gauge(
  'chat_metrics_source_up',
  'Whether the values of a source could be read at this scrape; while 0 its series are missing.',
  { source: null },
);

/** All that is read at a scrape. Each module registers its own; one that fails or hangs does not hold up the others. */
@Injectable()
export class MetricSources {
  private readonly logger = new Logger('Metrics');
  private readonly sources: (MetricSource & { isUp: boolean })[] = [];
  private latest: { reading: Promise<void>; sharedUntilMs: number } | null = null;

  register(source: MetricSource): void {
    this.sources.push({ ...source, isUp: true });
  }

  /** Brings every gauge up to date. Never fails. */
  async refresh(): Promise<void> {
    if (this.latest === null || performance.now() >= this.latest.sharedUntilMs) {
      // A running read is shared, too: one that hangs is not started again by the next scrape.
      const latest = { reading: this.readAll(), sharedUntilMs: Infinity };
      this.latest = latest;
      void latest.reading.then(() => {
        latest.sharedUntilMs = performance.now() + SHARED_MS;
      });
    }
    await this.latest.reading;
  }

  private async readAll(): Promise<void> {
    await Promise.all(this.sources.map((source) => this.read(source)));
  }

  private async read(source: MetricSource & { isUp: boolean }): Promise<void> {
    const { name, gauges } = source;
    try {
      for (const one of gauges) one.clear();
      await withTimeout(Promise.resolve(source.read()), READ_TIMEOUT_MS);
      source.isUp = true;
    } catch (error) {
      for (const one of gauges) one.clear();
      if (source.isUp) this.logger.warn(`metrics source ${name} unavailable: ${(error as Error).message}`);
      source.isUp = false;
    }
    SOURCE_UP.set({ source: name }, source.isUp ? 1 : 0);
  }
}
