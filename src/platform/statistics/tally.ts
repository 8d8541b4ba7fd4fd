/** What this process has counted and not written yet, by name and label. */
const counts = new Map<string, Map<string, number>>();

/** One line of what was counted. */
export interface Counted {
  name: string;
  label: string;
  count: number;
}

/**
 * A number that is kept by day, for operators ({@link DailyNumbers}). A feature declares it beside the code that it counts. It
 * counts in memory, which costs a look-up in a map. Labels come from closed lists or from the configuration, never from a
 * request: each one is a row a day.
 */
export class Tally {
  constructor(readonly name: string) {
    if (counts.has(name)) throw new Error(`two tallies are named ${name}`);
    counts.set(name, new Map());
  }

  add(label = '', by = 1): void {
    const labels = counts.get(this.name)!;
    labels.set(label, (labels.get(label) ?? 0) + by);
  }
}

/** Takes what was counted since the last call, in the order of names and labels. */
export function takeCounted(): Counted[] {
  const taken = [...counts].flatMap(([name, labels]) =>
    [...labels].map(([label, count]) => ({ name, label, count })),
  );
  for (const labels of counts.values()) labels.clear();
  return taken.toSorted((one, other) => compare(one.name, other.name) || compare(one.label, other.label));
}

/** Puts back what could not be written. */
export function putBack(taken: readonly Counted[]): void {
  for (const { name, label, count } of taken) {
    const labels = counts.get(name)!;
    labels.set(label, (labels.get(label) ?? 0) + count);
  }
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
