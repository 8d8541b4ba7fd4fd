import type { Count } from './request-counters.js';

type Resolve = (count: Count) => void;

/** Hits of one key. */
interface Hits {
  /** Who waits for an ordinal. */
  waiting: Resolve[];
  /** Hits taken in advance; below zero: such that are given back. */
  leased: number;
}

/** Hits of one event-loop turn, counted in one exchange. Each gets an ordinal of its own. */
export class Batch {
  private readonly byKey = new Map<string, Hits>();
  isSettled = false;
  /** Looks at the clock that this batch has lived through. */
  age = 0;

  constructor(
    readonly windowMs: number,
    readonly limit: number,
  ) {}

  get keys(): string[] {
    return [...this.byKey.keys()];
  }

  get hits(): number[] {
    return [...this.byKey.values()].map(({ waiting, leased }) => waiting.length + leased);
  }

  add(key: string): Promise<Count> {
    return new Promise((resolve) => this.of(key).waiting.push(resolve));
  }

  giveBack(key: string, hits: number): void {
    this.of(key).leased -= hits;
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  /** Takes more than is asked for, for who comes alone: several at once share the exchange anyway. */
  takeInAdvance(allowance: (key: string, isAlone: boolean) => number): void {
    for (const [key, hits] of this.byKey)
      if (hits.leased === 0) hits.leased = allowance(key, hits.waiting.length === 1);
  }

  /**
   * Hands out the counts: of three hits that made it 10, the first was the 8th.
   * @param count what a key stands at after `waiting` hits more
   */
  settle(count: (key: string, waiting: number, leased: number, nth: number) => Count): void {
    if (this.isSettled) return;
    this.isSettled = true;
    let index = 0;
    for (const [key, { waiting, leased }] of this.byKey) {
      const { hits, endsInMs } = count(key, waiting.length, leased, index++);
      const before = hits - waiting.length;
      waiting.forEach((resolve, nth) => resolve({ hits: before + nth + 1, endsInMs }));
    }
  }

  private of(key: string): Hits {
    let hits = this.byKey.get(key);
    if (!hits) this.byKey.set(key, (hits = { waiting: [], leased: 0 }));
    return hits;
  }
}
