/** How long all calls for one purpose may take together, and how often one of them is tried. */
export class Patience {
  private readonly endsAtMs: number;

  private constructor(
    totalMs: number,
    private readonly callMs: number,
    /** Tries of a call beside the first. */
    readonly retries: number,
  ) {
    this.endsAtMs = performance.now() + totalMs;
  }

  /** Somebody waits, and is told within two seconds that it did not work. */
  static ofPerson(): Patience {
    return new Patience(1700, 1700, 0);
  }

  /** Nobody waits: a job, which is tried again. */
  static ofJob(): Patience {
    return new Patience(60_000, 10_000, 2);
  }

  /** Nobody waits, and there is much to read. */
  static ofLongJob(): Patience {
    return new Patience(600_000, 20_000, 2);
  }

  /** Milliseconds that the next call may take; 0: none any more. */
  get leftMs(): number {
    return Math.max(0, Math.min(this.callMs, Math.floor(this.endsAtMs - performance.now())));
  }
}
