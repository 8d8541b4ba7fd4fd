import type { TextPublisher } from '../platform/stream/text-publisher.js';
import { wholeCharacters } from '../platform/stream/text-piece.js';
import type { Claim } from '../messages/replies/claim.js';
import { LostClaim, type ReplyLifecycle } from '../messages/replies/reply-lifecycle.service.js';
import { FLUSH_MS, HEARTBEAT_MS } from '../messages/replies/reply-policy.js';

/**
 * The text of one attempt: told to whoever reads along as it comes, written into its row now and then, and never without
 * the claim. What is told is never more than what the end will write, and never ends in half a character.
 */
export class ReplyWriter {
  /** Set when the reply was taken away: the call is aborted. */
  lost: LostClaim | null = null;
  /** What has been told. */
  text = '';
  /** The first half of a character whose second half has not come. */
  private half = '';
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
    /** Calls back when the person wants it to stop. */
    private readonly onStop: () => void,
  ) {
    this.timer = setInterval(() => this.tick(), FLUSH_MS);
    this.tell('');
  }

  /** PostgreSQL's text cannot hold NUL, nor half a character: with one every attempt would fail when it is written. */
  append(text: string): void {
    const fresh = this.half + text.replaceAll('\0', '');
    const end = wholeCharacters(fresh, fresh.length);
    this.half = fresh.slice(end);
    if (end > 0) this.tell(fresh.slice(0, end).toWellFormed());
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Waits for a write that is under way: the end must be the last one. */
  async settle(): Promise<void> {
    this.stop();
    await this.writing;
  }

  private tell(text: string): void {
    const { id, attempt } = this.claim;
    this.publisher.write({ streamId: id, attempt, start: this.text.length, text });
    this.text += text;
  }

  private tick(): void {
    // A database that is slow must not be left a queue of writes, which the end would have to wait for.
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
        // A database that is away costs the lease, not the answer: the end is written when it is back, or fenced off.
        if (!(error instanceof LostClaim)) return;
        this.lost = error;
        this.call.abort();
      })
      .finally(() => {
        this.isWriting = false;
      });
  }
}
