/**
 * Sessions that ended so recently that an access token of theirs may still be unexpired. Older ones need no memory:
 * their tokens are refused by their own expiry.
 */
export class EndedSessions {
  /** Session id → moment it was learned of, epoch ms; in that order, so that the oldest are at the front. */
  private readonly ended = new Map<string, number>();

  /** @param keepMs life of an access token, with room for clocks that differ */
  constructor(private readonly keepMs: number) {}

  add(sessionId: string, nowMs: number): void {
    this.forget(nowMs);
    // Deleted first: a key that is set again keeps its old place in the order.
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
