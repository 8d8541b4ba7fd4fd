import type { Count } from './request-counters.js';

interface Window {
  hits: number;
  endsAtMs: number;
  /** Hits made here one after the other since the last concurrent ones. */
  sequential: number;
  /** Leased hits: counted by the shared counters, not used yet. */
  leased: number;
}

/** Ended windows are removed beyond this many keys; 100,000 keys take about 15 MB. */
const SWEEP_ABOVE = 100_000;
/** Tolerance when two counts describe the same window: a round trip shifts its computed end by this much. */
const SAME_WINDOW_MS = 200;
/** Most hits of a lease. With more, the exchange is too rare to show in the cost of a request (npm run bench). */
const MAX_LEASED_HITS = 32;
/**
 * Leased hits are returned only while the window lives this much longer. Later, the return could reach the next window.
 */
const MIN_LIFE_TO_GIVE_BACK_MS = 5000;

/**
 * Counts in this process's memory: the only counts of a single process, and the fallback while the shared counters are
 * down. Also keeps the leased hits.
 */
export class MemoryCounters {
  private readonly windows = new Map<string, Window>();
  /** Keys with leased hits, and whether one was used since the last call of {@link takeUnusedLeases}. */
  private readonly leasedKeys = new Map<string, boolean>();

  hit(key: string, windowMs: number, hits = 1): Count {
    const now = performance.now();
    let window = this.windows.get(key);
    if (window === undefined || window.endsAtMs <= now) window = this.open(key, now + windowMs, now);
    window.hits += hits;
    return { hits: window.hits, endsInMs: window.endsAtMs - now };
  }

  /** Uses a leased hit; null when the key has none. */
  take(key: string): Count | null {
    const window = this.windows.get(key);
    if (window === undefined || window.leased === 0) return null;
    const endsInMs = window.endsAtMs - performance.now();
    if (endsInMs <= 0) return null;
    window.leased -= 1;
    window.hits += 1;
    window.sequential += 1;
    this.leasedKeys.set(key, true);
    return { hits: window.hits, endsInMs };
  }

  /**
   * Ends a run of sequential hits. Concurrent requests would not find a lease in time, so they do not build one up.
   */
  resetSequential(key: string): void {
    const window = this.windows.get(key);
    if (window) window.sequential = 0;
  }

  /** How many hits to lease: as many as came one after the other before, and none in the second half of the limit. */
  leaseSize(key: string, limit: number): number {
    const window = this.windows.get(key);
    if (window === undefined || window.endsAtMs <= performance.now()) return 0;
    const most = Math.min(window.sequential, MAX_LEASED_HITS);
    return window.leased === 0 && window.hits + most < limit / 2 ? most : 0;
  }

  /** Removes and returns the leases that stayed unused since the last call. */
  takeUnusedLeases(): { key: string; hits: number }[] {
    const left: { key: string; hits: number }[] = [];
    const now = performance.now();
    for (const [key, wasUsed] of this.leasedKeys) {
      const window = this.windows.get(key);
      if (wasUsed && window !== undefined && window.leased > 0) {
        this.leasedKeys.set(key, false);
        continue;
      }
      this.leasedKeys.delete(key);
      if (!window || window.leased === 0) continue;
      if (window.endsAtMs - now > MIN_LIFE_TO_GIVE_BACK_MS) left.push({ key, hits: window.leased });
      window.leased = 0;
    }
    return left;
  }

  /**
   * Adopts the shared count after `hits` more, so that counting continues from there during an outage. Hits that were
   * counted here during an outage stay counted after it.
   * @param leased hits that the exchange counted beyond `hits`
   */
  merge(key: string, hits: number, shared: Count, leased = 0): Count {
    const now = performance.now();
    const window = this.windows.get(key) ?? this.open(key, now + shared.endsInMs, now);
    // A later end belongs to the next window.
    const isNext = now + shared.endsInMs > window.endsAtMs + SAME_WINDOW_MS;
    if (window.endsAtMs <= now || isNext) window.hits = window.sequential = window.leased = 0;
    if (hits === 1) window.sequential += 1;
    window.endsAtMs = now + shared.endsInMs;
    if (leased > 0) {
      window.leased += leased;
      this.leasedKeys.set(key, true);
    }
    // The waiting requests get the lowest ordinals of this exchange; the leased hits are the highest.
    window.hits = Math.max(window.hits + hits, shared.hits - window.leased);
    return { hits: window.hits, endsInMs: shared.endsInMs };
  }

  private open(key: string, endsAtMs: number, now: number): Window {
    if (this.windows.size >= SWEEP_ABOVE) this.sweep(now);
    const window = { hits: 0, endsAtMs, sequential: 0, leased: 0 };
    this.windows.set(key, window);
    return window;
  }

  /** Removes ended windows; without any, removes all: bounded memory is worth more than one minute's counts. */
  private sweep(now: number): void {
    for (const [key, { endsAtMs }] of this.windows) if (endsAtMs <= now) this.windows.delete(key);
    if (this.windows.size >= SWEEP_ABOVE) this.windows.clear();
  }
}
