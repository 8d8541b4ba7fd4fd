/** Kind of a held answer: an event stream, a wait for a reply (`Prefer: wait`), or an export that is being sent. */
export type HeldKind = 'stream' | 'wait' | 'export';

/**
 * Exports of one user at a time. Each reads the database as fast as its client reads; the second one serves a client that
 * reconnects before its first connection is known to be dead.
 */
const MAX_EXPORTS = 2;

type Open = Record<HeldKind, number>;

/**
 * Counts the answers that each user holds open on this process. A user has an entry only while one is open, so the map is
 * never larger than the number of open connections.
 */
export class HeldAnswers {
  private readonly byUser = new Map<string, Open>();
  /** Of all people. */
  readonly total: Open = { stream: 0, wait: 0, export: 0 };

  /** @param max streams and waits of one user together */
  constructor(private readonly max: number) {}

  /** Number of users with an open answer. */
  get size(): number {
    return this.byUser.size;
  }

  /**
   * Takes a place.
   * @returns a function that releases it, effective once; null when all places are taken
   */
  take(userId: string, kind: HeldKind): (() => void) | null {
    const open = this.openOf(userId);
    const isFull = kind === 'export' ? open.export >= MAX_EXPORTS : open.stream + open.wait >= this.max;
    if (isFull) return null;
    open[kind] += 1;
    this.total[kind] += 1;
    this.byUser.set(userId, open);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      open[kind] -= 1;
      this.total[kind] -= 1;
      if (open.stream + open.wait + open.export === 0) this.byUser.delete(userId);
    };
  }

  /** The detail of a refusal: the reason, and how to get a place. */
  refusal(userId: string, kind: HeldKind): string {
    const { stream, wait, export: exports } = this.openOf(userId);
    return kind === 'export'
      ? `${exports} exports of yours are being written, and at most ${MAX_EXPORTS} may be at once. Read one to its end, or close it.`
      : `You hold ${stream} event streams and ${wait} waits open on this process, and at most ${this.max} may be open at once. Close one, or send without a stream.`;
  }

  private openOf(userId: string): Open {
    return this.byUser.get(userId) ?? { stream: 0, wait: 0, export: 0 };
  }
}
