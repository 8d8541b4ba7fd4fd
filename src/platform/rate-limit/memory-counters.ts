import type { Count } from './request-counters.js';

interface Window {
  hits: number;
  endsAtMs: number;
}

/** Past this many keys the ended windows are thrown out: 100,000 of them are some 15 MB. */
const SWEEP_ABOVE = 100_000;

/** A round trip apart, the same window seems to end this much later. */
const SAME_WINDOW_MS = 200;

/** Counts of this process: all there is when it is the only one, and what is left when the shared counters are down. */
export class MemoryCounters {
  private readonly windows = new Map<string, Window>();

  hit(key: string, windowMs: number): Count {
    const now = performance.now();
    let window = this.windows.get(key);
    if (window === undefined || window.endsAtMs <= now) window = this.open(key, now + windowMs, now);
    window.hits += 1;
    return { hits: window.hits, endsInMs: window.endsAtMs - now };
  }

  /**
   * Takes over what the shared counters said of `hits` more, so that a count goes on from there when they fail; and what
   * was counted here while they did is not forgotten when they are back.
   */
  merge(key: string, hits: number, shared: Count): Count {
    const now = performance.now();
    const window = this.windows.get(key) ?? this.open(key, now + shared.endsInMs, now);
    // A window that ends later than the one known here is the next one.
    const isNext = now + shared.endsInMs > window.endsAtMs + SAME_WINDOW_MS;
    const known = window.endsAtMs <= now || isNext ? 0 : window.hits;
    window.hits = Math.max(known + hits, shared.hits);
    window.endsAtMs = now + shared.endsInMs;
    return { hits: window.hits, endsInMs: shared.endsInMs };
  }

  private open(key: string, endsAtMs: number, now: number): Window {
    if (this.windows.size >= SWEEP_ABOVE) this.sweep(now);
    const window = { hits: 0, endsAtMs };
    this.windows.set(key, window);
    return window;
  }

  /** Throws out what has ended; when nothing has, everything: memory is worth more than a minute's counts. */
  private sweep(now: number): void {
    for (const [key, { endsAtMs }] of this.windows) if (endsAtMs <= now) this.windows.delete(key);
    if (this.windows.size >= SWEEP_ABOVE) this.windows.clear();
  }
}
