import { Injectable, Logger } from '@nestjs/common';
import { withTimeout } from '../concurrency/with-timeout.js';
import { gauge, type Clearable } from './instruments.js';

/** Values that are read when they are asked for: by a statement, from the queue, from memory. */
export interface MetricSource {
  /** Label of {@link SOURCE_UP}. */
  name: string;
  /** The gauges that {@link read} sets. While it fails they have no series. */
  gauges: readonly Clearable[];
  /**
   * Sets the gauges from memory; or reads the values elsewhere and resolves to the function that sets the gauges, which is
   * called only if the read ended in time.
   */
  read: () => void | Promise<() => void>;
}

interface SourceState {
  isUp: boolean;
  /** A read that outlives its scrape. Until it ends the source is not read again, so that reads do not pile up. */
  isReading: boolean;
}

/** Scrapes within this time share one read: several Prometheus servers, or a person with curl, cost no more. */
const SHARED_MS = 5_000;
/**
 * Twice the timeout of a health check (health/readiness.ts): a check that times out is a value, 0, and must arrive in time.
 * Prometheus gives up after 10 s; a scrape answers long before, whatever is down.
 */
export const READ_TIMEOUT_MS = 2_000;

const SOURCE_UP = gauge(
  'chat_metrics_source_up',
  'Whether the values of a source could be read at this scrape; while 0 its series are missing.',
  { source: null },
);

/** All that is read at a scrape. Each module registers its own; one that fails or hangs does not hold up the others. */
@Injectable()
export class MetricSources {
  private readonly logger = new Logger('Metrics');
  private readonly sources: (MetricSource & SourceState)[] = [];
  private latest: { reading: Promise<void>; sharedUntilMs: number } | null = null;

  register(source: MetricSource): void {
    this.sources.push({ ...source, isUp: true, isReading: false });
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

  private async read(source: MetricSource & SourceState): Promise<void> {
    const { name, gauges } = source;
    try {
      (await this.begin(source))();
      source.isUp = true;
    } catch (error) {
      for (const one of gauges) one.clear();
      if (source.isUp) this.logger.warn(`metrics source ${name} unavailable: ${(error as Error).message}`);
      source.isUp = false;
    }
    SOURCE_UP.set({ source: name }, source.isUp ? 1 : 0);
  }

  /** @throws TimeoutError, or the error of the source */
  private async begin(source: MetricSource & SourceState): Promise<() => void> {
    if (source.isReading) throw new Error('the read of an earlier scrape has not ended');
    for (const one of source.gauges) one.clear();
    const reading = source.read();
    if (!reading) return () => undefined;
    source.isReading = true;
    const end = (): void => {
      source.isReading = false;
    };
    reading.then(end, end);
    return withTimeout(reading, READ_TIMEOUT_MS);
  }
}
