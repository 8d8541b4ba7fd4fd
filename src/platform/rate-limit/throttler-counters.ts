import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Batch } from './batch.js';
import { MemoryCounters } from './memory-counters.js';
import type { RequestCounters } from './request-counters.js';

/**
 * A count that is not known after so many looks, 20 ms apart, is made in memory: a limit must never be what people wait
 * for. Looks, not a deadline: while this process itself is starved it looks less often, and the answer may lie there.
 */
const PATIENCE_LOOKS = 25;
const LOOK_INTERVAL_MS = 20;
/** After a failure nobody asks the shared counters for this long. */
const PAUSE_MS = 1000;

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * The throttler's storage. All hits of one event-loop turn go out as one exchange with the shared counters, so that the
 * limit is exact across processes at a fraction of a round trip a request. When they are down it fails open, within
 * half a second, to the memory of this process, which goes on from the counts that it saw last.
 */
export class ThrottlerCounters implements ThrottlerStorage, OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('RateLimit');
  private readonly memory = new MemoryCounters();
  /** Collects this turn's hits. */
  private next: Batch | null = null;
  private readonly open = new Set<Batch>();
  private looking = false;
  private running = 0;
  private pausedUntilMs: number | null = null;

  /** @param shared null when this is the only process: its memory is exact */
  constructor(private readonly shared: RequestCounters | null) {}

  async increment(key: string, ttlMs: number): Promise<ThrottlerRecord> {
    const { hits, endsInMs } = this.countsInMemory
      ? this.memory.hit(key, ttlMs)
      : await (this.next ?? this.begin(ttlMs)).add(key);
    const seconds = Math.max(1, Math.ceil(endsInMs / 1000));
    return { totalHits: hits, timeToExpire: seconds, isBlocked: false, timeToBlockExpire: 0 };
  }

  /** The first count would pay for connecting, and with it everybody who comes meanwhile. */
  async onModuleInit(): Promise<void> {
    await this.shared?.add([], [], 0).catch((error: Error) => this.failed(error.message));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.shared?.close();
  }

  private get countsInMemory(): boolean {
    if (this.shared === null) return true;
    // A call that hangs holds its slot: another one behind it would hang, too.
    return this.pausedUntilMs !== null && (performance.now() < this.pausedUntilMs || this.running > 0);
  }

  private begin(windowMs: number): Batch {
    const batch = new Batch();
    this.next = batch;
    this.open.add(batch);
    // After the poll phase: every request that was read in this turn is in it.
    setImmediate(() => void this.flush(windowMs));
    if (!this.looking) this.look(windowMs);
    return batch;
  }

  private async flush(windowMs: number): Promise<void> {
    const batch = this.next;
    if (!batch || !this.shared || this.running >= this.shared.concurrency) return;
    this.next = null;
    this.running += 1;
    const { keys, hits } = batch;
    try {
      const counts = await this.shared.add(keys, hits, windowMs);
      if (!batch.isSettled)
        batch.settle(keys.map((key, index) => this.memory.merge(key, hits[index]!, counts[index]!)));
      this.recovered();
    } catch (error) {
      this.failed((error as Error).message);
      batch.settleBy((key) => this.memory.hit(key, windowMs));
    } finally {
      this.running -= 1;
      this.open.delete(batch);
    }
    await this.flush(windowMs);
  }

  /** One timer for all batches that are open, and none when there are none. */
  private look(windowMs: number): void {
    this.looking = this.open.size > 0;
    if (!this.looking) return;
    setTimeout(() => {
      for (const batch of this.open) if (++batch.age >= PATIENCE_LOOKS) this.giveUp(batch, windowMs);
      this.look(windowMs);
    }, LOOK_INTERVAL_MS).unref();
  }

  private giveUp(batch: Batch, windowMs: number): void {
    this.open.delete(batch);
    if (this.next === batch) this.next = null;
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
