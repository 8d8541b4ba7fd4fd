/** Failures in a row after which the endpoint counts as unavailable. */
const FAILURES_TO_OPEN = 5;
/** First and longest pause between probes of an unavailable endpoint. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** Longest pause that the receiver may ask for, and the pause after 410 Gone. */
export const LONGEST_ASKED_PAUSE_MS = 3_600_000;

/**
 * Circuit of the endpoint in one process: after some failures in a row deliveries pause, and then one probe at a time asks
 * whether the endpoint is back. Events that are not tried meanwhile keep their tries, and cost no request.
 */
export class EndpointCircuit {
  private failures = 0;
  private pausedUntil: number | null = null;
  private isProbing = false;

  /** @param nowMs a clock that no sandbox moves */
  constructor(private readonly nowMs: () => number = Date.now) {}

  get isOpen(): boolean {
    return this.pausedUntil !== null;
  }

  /** How many events may be tried now: any number, one (a probe), or none. */
  get allowance(): number {
    if (this.pausedUntil === null) return Infinity;
    return this.isProbing || this.nowMs() < this.pausedUntil ? 0 : 1;
  }

  /** Takes a permission for one delivery. Each permission ends in {@link succeeded} or {@link failed}. */
  take(): boolean {
    if (this.allowance === 0) return false;
    if (this.isOpen) this.isProbing = true;
    return true;
  }

  /** @returns whether this success ended a pause */
  succeeded(): boolean {
    const reopened = this.isOpen;
    this.failures = 0;
    this.pausedUntil = null;
    this.isProbing = false;
    return reopened;
  }

  /**
   * @param pauseMs the pause that the receiver asks for; 0: it asks for none
   * @returns whether this failure began a pause
   */
  failed(pauseMs = 0): boolean {
    const wasOpen = this.isOpen;
    // Requests that began before the pause fail after it began: they are one outage.
    if (!wasOpen || this.isProbing) this.failures += 1;
    this.isProbing = false;
    if (pauseMs === 0 && this.failures < FAILURES_TO_OPEN) return false;
    const doublings = Math.min(10, Math.max(0, this.failures - FAILURES_TO_OPEN));
    const own = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** doublings);
    const asked = Math.min(LONGEST_ASKED_PAUSE_MS, pauseMs);
    this.pausedUntil = Math.max(this.pausedUntil ?? 0, this.nowMs() + Math.max(own, asked));
    return !wasOpen;
  }
}
