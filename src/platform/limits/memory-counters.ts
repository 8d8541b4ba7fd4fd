import type { Count } from './request-counters.js';

interface Window {
  hits: number;
  endsAtMs: number;
  /** Hits that were made here one after the other, since several came at once. */
  alone: number;
  /** Hits that the shared counters have counted already and that nobody has made yet. */
  leased: number;
}

/** Past this many keys the ended windows are thrown out: 100,000 of them are some 15 MB. */
const SWEEP_ABOVE = 100_000;
/** A round trip apart, the same window seems to end this much later. */
const SAME_WINDOW_MS = 200;
/** Most hits that are taken in advance: with more the exchange costs nothing to speak of anyway (npm run bench). */
const MOST_IN_ADVANCE = 32;
/** What is left of a window this short before its end is not given back: it might reach the next one. */
const TOO_LATE_TO_GIVE_BACK_MS = 5000;

/** Counts of this process: all there is when it is the only one, and what is left when the shared counters are down. */
export class MemoryCounters {
  private readonly windows = new Map<string, Window>();
  /** Keys with hits in advance, and whether one of them was made since the last look. */
  private readonly advanced = new Map<string, boolean>();

  hit(key: string, windowMs: number, hits = 1): Count {
    const now = performance.now();
    let window = this.windows.get(key);
    if (window === undefined || window.endsAtMs <= now) window = this.open(key, now + windowMs, now);
    window.hits += hits;
    return { hits: window.hits, endsInMs: window.endsAtMs - now };
  }

  /** A hit that was counted in advance; null when there is none. */
  take(key: string): Count | null {
    const window = this.windows.get(key);
    if (window === undefined || window.leased === 0) return null;
    const endsInMs = window.endsAtMs - performance.now();
    if (endsInMs <= 0) return null;
    window.leased -= 1;
    window.hits += 1;
    window.alone += 1;
    this.advanced.set(key, true);
    return { hits: window.hits, endsInMs };
  }

  /** Several came at once: what is taken in advance for one of them the others would not find in time. */
  crowd(key: string): void {
    const window = this.windows.get(key);
    if (window) window.alone = 0;
  }

  /** How many hits may be taken in advance: as many as came alone before, and none in the second half of the limit. */
  allowance(key: string, limit: number): number {
    const window = this.windows.get(key);
    if (window === undefined || window.endsAtMs <= performance.now()) return 0;
    const most = Math.min(window.alone, MOST_IN_ADVANCE);
    return window.leased === 0 && window.hits + most < limit / 2 ? most : 0;
  }

  /** Hits in advance that nobody has made since the last look; they count no more here. */
  unused(): { key: string; hits: number }[] {
    const left: { key: string; hits: number }[] = [];
    const now = performance.now();
    for (const [key, wasUsed] of this.advanced) {
      const window = this.windows.get(key);
      if (wasUsed && window !== undefined && window.leased > 0) {
        this.advanced.set(key, false);
        continue;
      }
      this.advanced.delete(key);
      if (!window || window.leased === 0) continue;
      if (window.endsAtMs - now > TOO_LATE_TO_GIVE_BACK_MS) left.push({ key, hits: window.leased });
      window.leased = 0;
    }
    return left;
  }

  /**
   * Takes over what the shared counters said of `hits` more, so that a count goes on from there when they fail; and what
   * was counted here while they did is not forgotten when they are back.
   * @param leased what they counted beyond `hits`
   */
  merge(key: string, hits: number, shared: Count, leased = 0): Count {
    const now = performance.now();
    const window = this.windows.get(key) ?? this.open(key, now + shared.endsInMs, now);
    // A window that ends later than the one known here is the next one.
    const isNext = now + shared.endsInMs > window.endsAtMs + SAME_WINDOW_MS;
    if (window.endsAtMs <= now || isNext) window.hits = window.alone = window.leased = 0;
    if (hits === 1) window.alone += 1;
    window.endsAtMs = now + shared.endsInMs;
    if (leased > 0) {
      window.leased += leased;
      this.advanced.set(key, true);
    }
    // Whoever waits gets the lowest of what was counted for this process; what is left over are the highest.
    window.hits = Math.max(window.hits + hits, shared.hits - window.leased);
    return { hits: window.hits, endsInMs: shared.endsInMs };
  }

  private open(key: string, endsAtMs: number, now: number): Window {
    if (this.windows.size >= SWEEP_ABOVE) this.sweep(now);
    const window = { hits: 0, endsAtMs, alone: 0, leased: 0 };
    this.windows.set(key, window);
    return window;
  }

  /** Throws out what has ended; when nothing has, everything: memory is worth more than a minute's counts. */
  private sweep(now: number): void {
    for (const [key, { endsAtMs }] of this.windows) if (endsAtMs <= now) this.windows.delete(key);
    if (this.windows.size >= SWEEP_ABOVE) this.windows.clear();
  }
}
