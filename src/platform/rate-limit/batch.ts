import type { Count } from './request-counters.js';

type Resolve = (count: Count) => void;

/** Hits of one event-loop turn, counted in one exchange. Each gets an ordinal of its own. */
export class Batch {
  private readonly waiting = new Map<string, Resolve[]>();
  isSettled = false;
  /** Looks at the clock that this batch has lived through. */
  age = 0;

  get keys(): string[] {
    return [...this.waiting.keys()];
  }

  get hits(): number[] {
    return [...this.waiting.values()].map((resolves) => resolves.length);
  }

  add(key: string): Promise<Count> {
    return new Promise((resolve) => {
      const resolves = this.waiting.get(key);
      if (resolves) resolves.push(resolve);
      else this.waiting.set(key, [resolve]);
    });
  }

  /** Hands out the counts after the batch: of three hits that made it 10, the first was the 8th. */
  settle(counts: Count[]): void {
    if (this.isSettled) return;
    this.isSettled = true;
    let index = 0;
    for (const resolves of this.waiting.values()) {
      const { hits, endsInMs } = counts[index++]!;
      const before = hits - resolves.length;
      resolves.forEach((resolve, nth) => resolve({ hits: before + nth + 1, endsInMs }));
    }
  }

  /** Settles every hit by itself. */
  settleBy(count: (key: string) => Count): void {
    if (this.isSettled) return;
    this.isSettled = true;
    for (const [key, resolves] of this.waiting) for (const resolve of resolves) resolve(count(key));
  }
}
