import type { Bypass } from './list-cache-bypass.repository.js';

/** Whose list is not taken from the cache, as far as this process knows. No I/O: what it is told, in any order. */
export class BypassedUsers {
  /** Written down in the database: user → stamp. */
  private readonly noted = new Map<string, number>();
  /** Not written down yet, known to this process alone: user → number of the latest write that could not be told. */
  private readonly unnoted = new Map<string, number>();
  private counter = 0;

  has(userId: string): boolean {
    return this.noted.has(userId) || this.unnoted.has(userId);
  }

  get size(): number {
    return this.noted.size + this.unnoted.size;
  }

  /** A write could not be told to the cache. Gives the number to settle it with. */
  begin(userId: string): number {
    this.counter += 1;
    this.unnoted.set(userId, this.counter);
    return this.counter;
  }

  /** Nothing is open any more up to this number. A write that came later stays. */
  end(userId: string, number: number): void {
    if ((this.unnoted.get(userId) ?? Infinity) <= number) this.unnoted.delete(userId);
  }

  raise({ userId, stamp }: Bypass): void {
    if ((this.noted.get(userId) ?? -Infinity) < stamp) this.noted.set(userId, stamp);
  }

  /** The row of this stamp is gone. A later one stays. */
  lower({ userId, stamp }: Bypass): void {
    if ((this.noted.get(userId) ?? Infinity) <= stamp) this.noted.delete(userId);
  }

  /** What is written down, to be compared with {@link replace} after a reading. */
  snapshot(): Bypass[] {
    return [...this.noted].map(([userId, stamp]) => ({ userId, stamp }));
  }

  /** The database was read: what was noted before the reading began and is not there any more has been settled. */
  replace(before: Bypass[], rows: Bypass[]): void {
    const there = new Set(rows.map(({ userId }) => userId));
    for (const bypass of before) if (!there.has(bypass.userId)) this.lower(bypass);
    for (const row of rows) this.raise(row);
  }

  /** What only this process knows of. */
  open(): [userId: string, number: number][] {
    return [...this.unnoted];
  }
}
