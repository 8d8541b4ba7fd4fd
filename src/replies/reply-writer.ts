import type { TextPublisher } from '../platform/stream/text-publisher.js';
import { wholeCharacters } from '../platform/stream/text-piece.js';
import type { Claim } from '../messages/replies/claim.js';
import { LostClaim, type ReplyLifecycle } from '../messages/replies/reply-lifecycle.service.js';
import { FLUSH_MS, HEARTBEAT_MS } from '../messages/replies/reply-policy.js';

/**
 * The text of one attempt: publishes each piece at once, and writes the text so far to the row every {@link FLUSH_MS}, under
 * the claim's fencing token. Each write renews the lease. Published text is always a prefix of the final text, and never ends
 * with half a character.
 */
export class ReplyWriter {
  /** Set when the claim is lost; the call is aborted then. */
  lost: LostClaim | null = null;
  /** The published text. */
  text = '';
  /** The high surrogate of a character whose other half has not arrived. */
  private pendingHalf = '';
  private written = 0;
  private isWriting = false;
  private lastWriteMs = Date.now();
  private writing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly lifecycle: ReplyLifecycle,
    private readonly publisher: TextPublisher,
    private readonly claim: Claim,
    private readonly call: AbortController,
    /** Called when the row says that the user requested a stop. */
    private readonly onStop: () => void,
  ) {
    this.timer = setInterval(() => this.tick(), FLUSH_MS);
    this.publish('');
  }

  /** Adds text, without NUL and lone surrogates: PostgreSQL's text type refuses both, and every attempt would fail. */
  append(text: string): void {
    const fresh = this.pendingHalf + text.replaceAll('\0', '');
    const end = wholeCharacters(fresh, fresh.length);
    this.pendingHalf = fresh.slice(end);
    if (end > 0) this.publish(fresh.slice(0, end).toWellFormed());
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /**
   * Waits for a write in progress, so that the final write is the last one. Pieces that are not published yet are dropped:
   * the final row has them, and its wake-up makes readers read it.
   */
  async settle(): Promise<void> {
    this.stop();
    this.publisher.drop(this.claim.id, this.claim.attempt);
    await this.writing;
  }

  private publish(text: string): void {
    const { id, attempt } = this.claim;
    this.publisher.write({ streamId: id, attempt, start: this.text.length, text });
    this.text += text;
  }

  private tick(): void {
    // One write at a time: behind a slow database, the final write would have to wait for a queue of them.
    if (this.isWriting) return;
    const silentMs = Date.now() - this.lastWriteMs;
    if (this.text.length === this.written && silentMs < HEARTBEAT_MS) return;
    const length = this.text.length;
    this.lastWriteMs = Date.now();
    this.isWriting = true;
    this.writing = this.lifecycle
      .flush(this.claim, this.text)
      .then((stopRequested) => {
        this.written = length;
        if (stopRequested) this.onStop();
      })
      .catch((error: unknown) => {
        // An outage costs the lease, not the answer: the final write is retried, and fenced if another worker claimed.
        if (!(error instanceof LostClaim)) return;
        this.lost = error;
        this.call.abort();
      })
      .finally(() => {
        this.isWriting = false;
      });
  }
}
