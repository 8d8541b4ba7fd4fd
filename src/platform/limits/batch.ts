import type { Count } from './request-counters.js';

type Resolve = (count: Count) => void;

/** Hits of one key in a batch. */
interface Hits {
  /** Requests that wait for their ordinal. */
  waiting: Resolve[];
  /** Hits leased beyond those of the waiting requests; negative: unused hits that are returned. */
  leased: number;
}

/** Hits of one event-loop turn, counted in one exchange. Each waiting request gets an ordinal of its own. */
export class Batch {
  private readonly byKey = new Map<string, Hits>();
  isSettled = false;
  /** Checks that this batch has been open for. */
  checks = 0;

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

  /** Leases extra hits for a lone request. Concurrent requests already share one round trip, so they lease none. */
  leaseHits(allowance: (key: string, isAlone: boolean) => number): void {
    for (const [key, hits] of this.byKey)
      if (hits.leased === 0) hits.leased = allowance(key, hits.waiting.length === 1);
  }

  /**
   * Gives each waiting request its ordinal: of three hits that raised the count to 10, the first was the 8th.
   * @param count the key's count after `waiting` more hits
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
