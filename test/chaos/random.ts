/** Random numbers that a seed reproduces. */
export interface Random {
  /** In [0, 1). */
  next: () => number;
  /** A whole number, both ends included. */
  between: (low: number, high: number) => number;
  chance: (probability: number) => boolean;
  pick: <T>(items: readonly T[]) => T;
  shuffle: <T>(items: readonly T[]) => T[];
}

/** mulberry32: 32 bits of state, good enough to choose by, and the same on every machine. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(items: readonly T[]): T => items[between(0, items.length - 1)]!;
  const shuffle = <T>(items: readonly T[]): T[] => {
    const all = [...items];
    for (let last = all.length - 1; last > 0; last -= 1) {
      const other = between(0, last);
      [all[last], all[other]] = [all[other]!, all[last]!];
    }
    return all;
  };
  return { next, between, chance: (probability) => next() < probability, pick, shuffle };
}
