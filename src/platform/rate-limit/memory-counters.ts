import type { Count } from './request-counters.js';

interface Window {
  hits: number;
  endsAtMs: number;
}

/** Past this many keys the ended windows are thrown out: 100,000 of them are some 15 MB. */
const SWEEP_ABOVE = 100_000;

/** Counts of this process: all there is when it is the only one, and what is left when the shared counters are down. */
export class MemoryCounters {
  private readonly windows = new Map<string, Window>();

  hit(key: string, windowMs: number): Count {
    const now = performance.now();
    let window = this.windows.get(key);
    if (window === undefined || window.endsAtMs <= now) {
      if (this.windows.size >= SWEEP_ABOVE) this.sweep(now);
      window = { hits: 0, endsAtMs: now + windowMs };
      this.windows.set(key, window);
    }
    window.hits += 1;
    return { hits: window.hits, endsInMs: window.endsAtMs - now };
  }

  /** Throws out what has ended; when nothing has, everything: memory is worth more than a minute's counts. */
  private sweep(now: number): void {
    for (const [key, { endsAtMs }] of this.windows) if (endsAtMs <= now) this.windows.delete(key);
    if (this.windows.size >= SWEEP_ABOVE) this.windows.clear();
  }
}
