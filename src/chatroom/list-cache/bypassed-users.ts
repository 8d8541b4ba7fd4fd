import type { Bypass } from './list-cache-bypass.repository.js';

/** The bypassed users that this process knows of. No I/O; the calls may come in any order. */
export class BypassedUsers {
  /** Bypasses with a row in the database: user → stamp. */
  private readonly recorded = new Map<string, number>();
  /** Bypasses without a row yet, known to this process alone: user → number of the latest failed invalidation. */
  private readonly unrecorded = new Map<string, number>();
  private counter = 0;

  has(userId: string): boolean {
    return this.recorded.has(userId) || this.unrecorded.has(userId);
  }

  get size(): number {
    return this.recorded.size + this.unrecorded.size;
  }

  /** Adds a failed invalidation. @returns the number to remove it with */
  addUnrecorded(userId: string): number {
    this.counter += 1;
    this.unrecorded.set(userId, this.counter);
    return this.counter;
  }

  /** Removes failed invalidations up to this number; later ones stay. */
  removeUnrecorded(userId: string, number: number): void {
    if ((this.unrecorded.get(userId) ?? Infinity) <= number) this.unrecorded.delete(userId);
  }

  addRecorded({ userId, stamp }: Bypass): void {
    if ((this.recorded.get(userId) ?? -Infinity) < stamp) this.recorded.set(userId, stamp);
  }

  /** The row with this stamp was deleted; a later one stays. */
  removeRecorded({ userId, stamp }: Bypass): void {
    if ((this.recorded.get(userId) ?? Infinity) <= stamp) this.recorded.delete(userId);
  }

  /** To be taken before the table is read, and passed to {@link reconcile}. */
  listRecorded(): Bypass[] {
    return [...this.recorded].map(([userId, stamp]) => ({ userId, stamp }));
  }

  /** Applies the rows of the table. A bypass that was recorded before the read and has no row now has been settled by the reconciler. */
  reconcile(before: Bypass[], rows: Bypass[]): void {
    const present = new Set(rows.map(({ userId }) => userId));
    for (const bypass of before) if (!present.has(bypass.userId)) this.removeRecorded(bypass);
    for (const row of rows) this.addRecorded(row);
  }

  listUnrecorded(): [userId: string, number: number][] {
    return [...this.unrecorded];
  }
}
