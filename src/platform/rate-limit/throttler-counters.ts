import { Logger } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Batch } from './batch.js';
import { MemoryCounters } from './memory-counters.js';
import type { RequestCounters } from './request-counters.js';

/** A count that is not known by then is made in memory: a limit must never be what people wait for. */
const PATIENCE_MS = 100;
/** After a failure nobody asks the shared counters for this long. */
const PAUSE_MS = 1000;

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * The throttler's storage. All hits of one event-loop turn go out as one exchange with the shared counters, so that the
 * limit is exact across processes at a fraction of a round trip a request. When they are down it fails open to the
 * memory of this process, within {@link PATIENCE_MS}.
 */
export class ThrottlerCounters implements ThrottlerStorage {
  private readonly logger = new Logger('RateLimit');
  private readonly memory = new MemoryCounters();
  private batch: Batch | null = null;
  private running = 0;
  private pausedUntilMs: number | null = null;

  /** @param shared null when this is the only process: its memory is exact */
  constructor(private readonly shared: RequestCounters | null) {}

  async increment(key: string, ttlMs: number): Promise<ThrottlerRecord> {
    const { hits, endsInMs } = this.inMemory
      ? this.memory.hit(key, ttlMs)
      : await (this.batch ?? this.open(ttlMs)).add(key);
    const seconds = Math.max(1, Math.ceil(endsInMs / 1000));
    return { totalHits: hits, timeToExpire: seconds, isBlocked: false, timeToBlockExpire: 0 };
  }

  private get inMemory(): boolean {
    if (this.shared === null) return true;
    // A call that hangs holds its slot: another one behind it would hang, too.
    return this.pausedUntilMs !== null && (performance.now() < this.pausedUntilMs || this.running > 0);
  }

  private open(windowMs: number): Batch {
    const batch = new Batch();
    this.batch = batch;
    // After the poll phase: every request that was read in this turn is in it.
    setImmediate(() => void this.flush(windowMs));
    setTimeout(() => this.giveUp(batch, windowMs), PATIENCE_MS).unref();
    return batch;
  }

  private async flush(windowMs: number): Promise<void> {
    const { batch } = this;
    if (!batch || this.running >= this.shared!.concurrency) return;
    this.batch = null;
    this.running += 1;
    try {
      batch.settle(await this.shared!.add(batch.keys, batch.hits, windowMs));
      this.recovered();
    } catch (error) {
      this.failed((error as Error).message);
      batch.settleBy((key) => this.memory.hit(key, windowMs));
    } finally {
      this.running -= 1;
    }
    await this.flush(windowMs);
  }

  private giveUp(batch: Batch, windowMs: number): void {
    if (batch.isSettled) return;
    if (this.batch === batch) this.batch = null;
    this.failed('no answer in time');
    batch.settleBy((key) => this.memory.hit(key, windowMs));
  }

  private failed(reason: string): void {
    if (this.pausedUntilMs === null) this.logger.warn(`requests are counted in memory: ${reason}`);
    this.pausedUntilMs = performance.now() + PAUSE_MS;
  }

  private recovered(): void {
    if (this.pausedUntilMs !== null) this.logger.log('requests are counted together again');
    this.pausedUntilMs = null;
  }
}
