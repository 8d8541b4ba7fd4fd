/** The time that all calls to Stripe for one purpose may take together, and the retries of each call. */
export class CallBudget {
  private readonly endsAtMs: number;

  private constructor(
    totalMs: number,
    private readonly callMs: number,
    /** Retries of a call after its first try. */
    readonly retries: number,
  ) {
    this.endsAtMs = performance.now() + totalMs;
  }

  /**
   * For an HTTP request. A call without an answer for 1.7 s means that Stripe is down: the caller gets an error within two
   * seconds; no retries. What is slow is not down: a checkout makes up to five calls, each of which may take a second, so
   * that calls with answers may take 8 s together.
   */
  static ofRequest(): CallBudget {
    return new CallBudget(8000, 1700, 0);
  }

  /** For a job, which is retried as a whole: a minute in all, 10 s a call. */
  static ofJob(): CallBudget {
    return new CallBudget(60_000, 10_000, 2);
  }

  /** For a job that lists many objects: ten minutes in all, 20 s a call. */
  static ofLongJob(): CallBudget {
    return new CallBudget(600_000, 20_000, 2);
  }

  /** Milliseconds that the next call may take; 0 when the budget is used up. */
  get leftMs(): number {
    return Math.max(0, Math.min(this.callMs, Math.floor(this.endsAtMs - performance.now())));
  }
}
