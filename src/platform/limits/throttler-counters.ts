import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Batch } from './batch.js';
import { MemoryCounters } from './memory-counters.js';
import { MINUTE_MS } from './minute-window.js';
import type { Count, RequestCounters } from './request-counters.js';

const CHECK_INTERVAL_MS = 20;
/**
 * While the shared counters complete exchanges, a request waits up to 5 s for its count: slow is not down. A limit
 * matters most under load, and counts in memory would let each process admit the whole limit. The time-out is a number
 * of timer checks, not a time: a process that gets no processor time runs fewer checks, so it reports no outage while
 * the response waits unread in its socket.
 */
const MAX_WAIT_CHECKS = 5000 / CHECK_INTERVAL_MS;
/** The shared counters are down when no exchange completes for one second (docs/architecture.md, promise 9). */
const STALL_CHECKS = 1000 / CHECK_INTERVAL_MS;
/** Interval of the probes after a failure. A timer sends them, so that no request waits for one. */
const PROBE_INTERVAL_MS = 1000;
/** Leased hits that stay unused for this long are returned, so that another process may count them. */
const GIVE_BACK_MS = 1000;

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Request counters of a process, behind the throttler's storage interface.
 *
 * Problem: a limit of requests a minute holds for a user on any number of processes, so every hit must reach a shared
 * counter (Redis, else PostgreSQL). One round trip a request was a good part of the cost of a cached list, and made
 * every request wait for the counter, although the limit refuses few requests.
 *
 * How it works:
 * - Batching. All hits of one event-loop turn go out as one exchange (batch.ts). While the counters are busy, the next
 * batch grows.
 * - Leases. For a key whose requests come one after another the process leases hits ahead: as many as the number of such
 * requests in this window, at most 32; once half of the limit is used, none (memory-counters.ts). The first lone request
 * costs one round trip; a request that finds a leased hit is admitted without a promise and without a round trip. Leased hits that stay unused for one to two seconds are
 * returned.
 * - Exactness. The shared counters have counted every admitted hit before it is admitted. Processes together never
 * admit more than the limit.
 *
 * When the shared counters are down (an error, or no completed exchange for a second) the limiter fails open: each
 * process counts in its memory, from the last counts that it saw, and N processes admit up to N times the limit. One
 * error line starts this state and one log line ends it; a probe a second looks for the end. Slow counters are not
 * down: requests wait for them, up to 5 s.
 *
 * Costs: a user near the limit may be refused up to two seconds early while another process holds unused leased hits. A
 * killed process loses its leased hits until the window ends. Redis and the unlogged table may lose a minute's counts
 * in a crash.
 *
 * Not done here: limits that must survive a crash (windows.repository.ts, one durable write a hit). ADR 0009 has the
 * alternatives.
 */
export class ThrottlerCounters implements ThrottlerStorage, OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('RateLimit');
  private readonly memory = new MemoryCounters();
  /** Collects the hits of the running event-loop turn. */
  private next: Batch | null = null;
  private readonly open = new Set<Batch>();
  private isChecking = false;
  /** Checks since the last completed exchange. */
  private checksWithoutProgress = 0;
  private running = 0;
  private probe: NodeJS.Timeout | null = null;
  private givingBack: NodeJS.Timeout | undefined;

  /** @param shared null when this is the only process: then its memory is exact */
  constructor(private readonly shared: RequestCounters | null) {}

  /**
   * Counts one hit. A leased hit, which needs no round trip, is used first.
   * @param limit bounds how many hits may be leased
   * @returns a promise only if the shared counters are asked
   */
  count(key: string, windowMs: number, limit: number): Count | Promise<Count> {
    const leased = this.memory.take(key);
    if (leased) return leased;
    if (this.countsInMemory) return this.memory.hit(key, windowMs);
    return (this.next ?? this.begin(windowMs, limit)).add(key);
  }

  async increment(key: string, ttlMs: number, limit: number): Promise<ThrottlerRecord> {
    const { hits, endsInMs } = await this.count(key, ttlMs, limit);
    return {
      totalHits: hits,
      timeToExpire: wholeSeconds(endsInMs),
      isBlocked: false,
      timeToBlockExpire: 0,
    };
  }

  /** Opens the connection before the first request needs it. */
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
    // After the poll phase the batch has the hits of all requests that this turn has read.
    setImmediate(() => void this.flush());
    if (!this.isChecking) {
      this.checksWithoutProgress = 0;
      this.checkOpenBatches();
    }
    return batch;
  }

  private async flush(): Promise<void> {
    const batch = this.next;
    if (!batch || !this.shared || this.running >= this.shared.concurrency) return;
    this.next = null;
    this.running += 1;
    batch.leaseHits((key, isAlone) => this.leaseSize(key, isAlone, batch));
    try {
      const counts = await this.shared.add(batch.keys, batch.hits, batch.windowMs);
      this.checksWithoutProgress = 0;
      batch.settle((key, waiting, leased, nth) => this.memory.merge(key, waiting, counts[nth]!, leased));
      this.recovered();
    } catch (error) {
      this.failed((error as Error).message);
      this.settleInMemory(batch);
    } finally {
      this.running -= 1;
      this.open.delete(batch);
    }
    await this.flush();
  }

  /** How many hits to lease: none while another request of the same key waits. */
  private leaseSize(key: string, isAlone: boolean, batch: Batch): number {
    for (const other of this.open) if (other !== batch && other.has(key)) isAlone = false;
    if (isAlone) return this.memory.leaseSize(key, batch.limit);
    this.memory.resetSequential(key);
    return 0;
  }

  private giveBack(): void {
    const unused = this.memory.takeUnusedLeases();
    if (unused.length === 0 || this.countsInMemory) return;
    const batch = this.next ?? this.begin(MINUTE_MS, 0);
    for (const { key, hits } of unused) batch.giveBack(key, hits);
  }

  /** One timer checks all open batches; without open batches there is no timer. */
  private checkOpenBatches(): void {
    this.isChecking = this.open.size > 0;
    if (!this.isChecking) return;
    setTimeout(() => {
      const isStalled = ++this.checksWithoutProgress >= STALL_CHECKS;
      for (const batch of this.open) if (++batch.checks >= MAX_WAIT_CHECKS || isStalled) this.giveUp(batch);
      this.checkOpenBatches();
    }, CHECK_INTERVAL_MS).unref();
  }

  private giveUp(batch: Batch): void {
    this.open.delete(batch);
    if (this.next === batch) this.next = null;
    this.failed('no answer from the shared counters');
    this.settleInMemory(batch);
  }

  private settleInMemory(batch: Batch): void {
    batch.settle((key, waiting) => this.memory.hit(key, batch.windowMs, waiting));
  }

  private failed(reason: string): void {
    if (this.probe === null)
      this.logger.error(`rate limit counters unavailable, each process counts in its own memory: ${reason}`);
    else clearTimeout(this.probe);
    this.probe = setTimeout(() => void this.probeShared(), PROBE_INTERVAL_MS).unref();
  }

  /** Probes the shared counters. One probe at a time: a probe that hangs keeps the state as it is. */
  private async probeShared(): Promise<void> {
    try {
      await this.shared!.add([], [], 0);
      this.recovered();
    } catch (error) {
      this.failed((error as Error).message);
    }
  }

  private recovered(): void {
    if (this.probe === null) return;
    this.logger.log('rate limit counters available again, processes share their counts');
    clearTimeout(this.probe);
    this.probe = null;
  }
}

/** At least one second, since the value becomes a Retry-After. */
export const wholeSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
