/** How long all calls for one purpose may take together, and how often one of them is tried. */
export class CallBudget {
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
  static ofRequest(): CallBudget {
    return new CallBudget(1700, 1700, 0);
  }

  /** Nobody waits: a job, which is tried again. */
  static ofJob(): CallBudget {
    return new CallBudget(60_000, 10_000, 2);
  }

  /** Nobody waits, and there is much to read. */
  static ofLongJob(): CallBudget {
    return new CallBudget(600_000, 20_000, 2);
  }

  /** Milliseconds that the next call may take; 0: none any more. */
  get leftMs(): number {
    return Math.max(0, Math.min(this.callMs, Math.floor(this.endsAtMs - performance.now())));
  }
}
