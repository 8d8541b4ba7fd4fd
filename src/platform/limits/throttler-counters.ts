import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Batch } from './batch.js';
import { MemoryCounters } from './memory-counters.js';
import { MINUTE_MS } from './minute-window.js';
import type { Count, RequestCounters } from './request-counters.js';

const LOOK_INTERVAL_MS = 20;
/**
 * Slow is not down: while the shared counters complete exchanges, a request waits for its count up to 5 s. A limit is
 * needed most under load, and counts in memory let each process pass it once. Looks, not a deadline: a process that is
 * starved itself looks less often, and the answer may lie in its sockets.
 */
const MAX_WAIT_LOOKS = 5000 / LOOK_INTERVAL_MS;
/** Shared counters that complete nothing for a second are down (promise 9). */
const STALL_LOOKS = 1000 / LOOK_INTERVAL_MS;
/** After a failure the shared counters are asked so often whether they are back, by nobody's request. */
const PAUSE_MS = 1000;
/** Hits taken in advance and not made for this long are given back, so that another process may count them. */
const GIVE_BACK_MS = 1000;

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * The throttler's storage. All hits of one event-loop turn go out as one exchange with the shared counters, and who comes
 * again and again alone is counted some hits in advance, so that the limit holds across processes at a fraction of a
 * round trip a request: each hit is one that the shared counters have counted, so together they never pass it. When they
 * are down (an error, or nothing completed for a second) it fails open to the memory of this process, which goes on from
 * the counts that it saw last, and says so in the log as an error: until they are back, N processes admit up to N times
 * the limit.
 */
export class ThrottlerCounters implements ThrottlerStorage, OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('RateLimit');
  private readonly memory = new MemoryCounters();
  /** Collects this turn's hits. */
  private next: Batch | null = null;
  private readonly open = new Set<Batch>();
  private looking = false;
  /** Looks since an exchange was completed last. */
  private looksWithoutProgress = 0;
  private running = 0;
  private probe: NodeJS.Timeout | null = null;
  private givingBack: NodeJS.Timeout | undefined;

  /** @param shared null when this is the only process: its memory is exact */
  constructor(private readonly shared: RequestCounters | null) {}

  /** A hit that was counted in advance; null when there is none. */
  take(key: string): Count | null {
    return this.memory.take(key);
  }

  /** A hit more. @param limit what may be taken in advance depends on it */
  count(key: string, windowMs: number, limit: number): Promise<Count> {
    if (this.countsInMemory) return Promise.resolve(this.memory.hit(key, windowMs));
    return (this.next ?? this.begin(windowMs, limit)).add(key);
  }

  async increment(key: string, ttlMs: number, limit: number): Promise<ThrottlerRecord> {
    const { hits, endsInMs } = this.take(key) ?? (await this.count(key, ttlMs, limit));
    return {
      totalHits: hits,
      timeToExpire: wholeSeconds(endsInMs),
      isBlocked: false,
      timeToBlockExpire: 0,
    };
  }

  /** The first count would pay for connecting, and with it everybody who comes meanwhile. */
  async onModuleInit(): Promise<void> {
    await this.shared?.add([], [], 0).catch((error: Error) => this.failed(error.message));
    if (this.shared) this.givingBack = setInterval(() => this.giveBack(), GIVE_BACK_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.givingBack);
    if (this.probe) clearTimeout(this.probe);
    await this.shared?.close();
  }

  private get countsInMemory(): boolean {
    return this.shared === null || this.probe !== null;
  }

  private begin(windowMs: number, limit: number): Batch {
    const batch = new Batch(windowMs, limit);
    this.next = batch;
    this.open.add(batch);
    // After the poll phase: every request that was read in this turn is in it.
    setImmediate(() => void this.flush());
    if (!this.looking) {
      this.looksWithoutProgress = 0;
      this.look();
    }
    return batch;
  }

  private async flush(): Promise<void> {
    const batch = this.next;
    if (!batch || !this.shared || this.running >= this.shared.concurrency) return;
    this.next = null;
    this.running += 1;
    batch.takeInAdvance((key, isAlone) => this.allowance(key, isAlone, batch));
    try {
      const counts = await this.shared.add(batch.keys, batch.hits, batch.windowMs);
      this.looksWithoutProgress = 0;
      batch.settle((key, waiting, leased, nth) => this.memory.merge(key, waiting, counts[nth]!, leased));
      this.recovered();
    } catch (error) {
      this.failed((error as Error).message);
      this.settleAlone(batch);
    } finally {
      this.running -= 1;
      this.open.delete(batch);
    }
    await this.flush();
  }

  /** Of a key that nobody else here is waiting for. */
  private allowance(key: string, isAlone: boolean, batch: Batch): number {
    for (const other of this.open) if (other !== batch && other.has(key)) isAlone = false;
    if (isAlone) return this.memory.allowance(key, batch.limit);
    this.memory.crowd(key);
    return 0;
  }

  private giveBack(): void {
    const unused = this.memory.unused();
    if (unused.length === 0 || this.countsInMemory) return;
    const batch = this.next ?? this.begin(MINUTE_MS, 0);
    for (const { key, hits } of unused) batch.giveBack(key, hits);
  }

  /** One timer for all batches that are open, and none when there are none. */
  private look(): void {
    this.looking = this.open.size > 0;
    if (!this.looking) return;
    setTimeout(() => {
      const isStalled = ++this.looksWithoutProgress >= STALL_LOOKS;
      for (const batch of this.open) if (++batch.age >= MAX_WAIT_LOOKS || isStalled) this.giveUp(batch);
      this.look();
    }, LOOK_INTERVAL_MS).unref();
  }

  private giveUp(batch: Batch): void {
    this.open.delete(batch);
    if (this.next === batch) this.next = null;
    this.failed('no answer from the shared counters');
    this.settleAlone(batch);
  }

  private settleAlone(batch: Batch): void {
    batch.settle((key, waiting) => this.memory.hit(key, batch.windowMs, waiting));
  }

  private failed(reason: string): void {
    if (this.probe === null)
      this.logger.error(`rate limit counters unavailable, each process counts requests by itself: ${reason}`);
    else clearTimeout(this.probe);
    this.probe = setTimeout(() => void this.ask(), PAUSE_MS).unref();
  }

  /** A call that hangs is an answer, too: until it ends nobody else asks. */
  private async ask(): Promise<void> {
    try {
      await this.shared!.add([], [], 0);
      this.recovered();
    } catch (error) {
      this.failed((error as Error).message);
    }
  }

  private recovered(): void {
    if (this.probe === null) return;
    this.logger.log('rate limit counters available again, all processes count together');
    clearTimeout(this.probe);
    this.probe = null;
  }
}

/** At least one: it becomes a Retry-After. */
export const wholeSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
