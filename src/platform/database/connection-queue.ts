/** Bounds of a {@link ConnectionQueue}. */
export interface QueueBounds {
  /** Connections that may be in use at once. */
  slots: number;
  /** Requests that may wait for one. */
  maxWaiting: number;
  /** Longest wait of one request, in milliseconds. */
  maxWaitMs: number;
  /**
   * With every connection in use and no completed statement for this long, in milliseconds, the database counts as
   * down.
   */
  stallMs: number;
}

/** No connection is available: the database is down, or more requests wait than it can serve. Answered as 503. */
export class NoConnection extends Error {
  /** SQLSTATE too_many_connections: an outage (outage.ts). */
  readonly code = '53300';
}

/** Receives the waits of requests that did not get a connection at once. */
export interface ConnectionMeter {
  /** A wait ended: by a connection, or by a refusal. */
  waited(seconds: number): void;
  refused(): void;
}

const UNMETERED: ConnectionMeter = { waited: () => undefined, refused: () => undefined };

/** Callback of a request, called once: without an error when it may open or take a connection. */
type Admit = (error?: NoConnection) => void;

interface Waiter {
  admit: Admit;
  sinceMs: number;
}

/** Interval at which waiting requests are checked; a refusal is late by at most this time. */
const LOOK_MS = 100;

/**
 * Decides how long a request waits for a database connection.
 *
 * Problem: one timeout for a busy and for a lost database is wrong for both. A short one answers 503 to a burst that
 * the database would have served; a long one lets every request hang while the database is down.
 *
 * Rule: slow is not down. While statements complete, a request waits in the order of arrival, up to `maxWaitMs`, in a
 * queue of at most `maxWaiting`. When every connection is in use and none has completed anything for `stallMs`, the
 * database counts as down: waiting requests and new ones are refused in the next turn of the event loop (503 within a second). A request that
 * finds a free slot is never refused, which is also how the queue detects that the database is back.
 *
 * Cost: two function calls and one time stamp per checkout; a timer runs only while requests wait.
 */
export class ConnectionQueue {
  private readonly waiting: Waiter[] = [];
  private inUse = 0;
  private progressAtMs = 0;
  private looking: NodeJS.Timeout | null = null;

  constructor(
    private readonly bounds: QueueBounds,
    private readonly nowMs: () => number = () => performance.now(),
    private readonly meter: ConnectionMeter = UNMETERED,
  ) {}

  /** Requests that wait right now. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** When the database last completed something on a connection of this queue; on the clock of `performance.now()`. */
  get lastProgressAtMs(): number {
    return this.progressAtMs;
  }

  /** Calls `admit` at once when a slot is free; each admission is ended by one {@link leave}. */
  enter(admit: Admit): void {
    const nowMs = this.nowMs();
    if (this.inUse < this.bounds.slots && this.waiting.length === 0) return this.take(nowMs, admit);
    if (this.isStalled(nowMs)) return this.enterUnlessStalled(admit);
    if (this.waiting.length >= this.bounds.maxWaiting)
      return this.refuse(
        admit,
        new NoConnection(`${this.waiting.length} requests already wait for a database connection`),
      );
    this.waiting.push({ admit, sinceMs: nowMs });
    this.looking ??= setTimeout(() => this.look(), LOOK_MS).unref();
  }

  /** Frees a slot. @param hasCompleted true if the database responded on it, also with an error */
  leave(hasCompleted: boolean): void {
    this.inUse -= 1;
    if (hasCompleted) this.progressAtMs = this.nowMs();
    const next = this.waiting.shift();
    if (!next) return;
    const nowMs = this.nowMs();
    this.observeWait(next, nowMs);
    this.take(nowMs, next.admit);
  }

  private observeWait({ sinceMs }: Waiter, nowMs: number): void {
    this.meter.waited((nowMs - sinceMs) / 1000);
  }

  private refuse(admit: Admit, error: NoConnection): void {
    this.meter.refused();
    admit(error);
  }

  private take(nowMs: number, admit: Admit): void {
    // The time without requests does not count as a stall.
    if (this.inUse === 0) this.progressAtMs = nowMs;
    this.inUse += 1;
    admit();
  }

  private isStalled(nowMs: number): boolean {
    return this.inUse >= this.bounds.slots && nowMs - this.progressAtMs > this.bounds.stallMs;
  }

  /** Reads the sockets before the refusal: if this process was busy, the responses may have arrived already. */
  private enterUnlessStalled(admit: Admit): void {
    setImmediate(() => {
      if (this.isStalled(this.nowMs())) this.refuse(admit, stalled(this.bounds));
      else this.enter(admit);
    });
  }

  private look(): void {
    // As in enterUnlessStalled().
    setImmediate(() => {
      const nowMs = this.nowMs();
      if (this.isStalled(nowMs)) this.refuseWaiting(this.waiting.length, stalled(this.bounds));
      const late = this.waiting.findIndex(({ sinceMs }) => nowMs - sinceMs < this.bounds.maxWaitMs);
      this.refuseWaiting(
        late < 0 ? this.waiting.length : late,
        new NoConnection(`no database connection was free within ${this.bounds.maxWaitMs} ms`),
      );
      this.looking = this.waiting.length > 0 ? setTimeout(() => this.look(), LOOK_MS).unref() : null;
    });
  }

  /** Refuses the requests that have waited longest. */
  private refuseWaiting(count: number, error: NoConnection): void {
    const nowMs = this.nowMs();
    for (const waiter of this.waiting.splice(0, count)) {
      this.observeWait(waiter, nowMs);
      this.refuse(waiter.admit, error);
    }
  }
}

const stalled = ({ stallMs }: QueueBounds): NoConnection =>
  new NoConnection(`the database has completed nothing for ${stallMs} ms`);
