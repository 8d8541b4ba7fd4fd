/**
 * Sessions that ended so recently that one of their access tokens may not have expired yet. Older sessions need no memory:
 * their tokens are refused by their expiry.
 */
export class EndedSessions {
  /** Session id → time of its announcement, epoch ms; in that order, the oldest first. */
  private readonly ended = new Map<string, number>();

  /** @param keepMs life of an access token, plus the tolerated difference of clocks */
  constructor(private readonly keepMs: number) {}

  add(sessionId: string, nowMs: number): void {
    this.forget(nowMs);
    // Deleted first: setting an existing key would keep its old place in the order.
    this.ended.delete(sessionId);
    this.ended.set(sessionId, nowMs);
  }

  has(sessionId: string): boolean {
    return this.ended.has(sessionId);
  }

  private forget(nowMs: number): void {
    for (const [id, at] of this.ended) {
      if (at > nowMs - this.keepMs) return;
      this.ended.delete(id);
    }
  }
}
