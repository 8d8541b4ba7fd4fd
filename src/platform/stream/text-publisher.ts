import { Injectable, Logger } from '@nestjs/common';
import { STREAM_DROPPED, STREAM_PUBLISH } from './stream.metrics.js';
import { TextChannel } from './text-channel.js';
import type { TextPiece } from './text-piece.js';

/**
 * Time from one batch to the next: too short to be visible, and a batch costs as much as a piece. The first words of a text
 * do not wait for it, because their reader has seen nothing yet.
 */
const INTERVAL_MS = 8;
/**
 * Bound of waiting pieces while the channel does not respond; beyond it they are dropped, since the row has the text.
 */
const MAX_WAITING = 1000;

/** Publishes the pieces of this process's replies, many texts in one batch. Never throws: see {@link TextChannel}. */
@Injectable()
export class TextPublisher {
  private readonly logger = new Logger('Stream');
  private waiting = new Map<string, TextPiece>();
  private timer: NodeJS.Timeout | null = null;
  /** Set while a batch leaves at the end of this event-loop turn: what is complete by then is dropped and not sent. */
  private immediate: NodeJS.Immediate | null = null;
  private isPublishing = false;
  private hasFirstWords = false;
  private lastMs = 0;
  /** When the first of the waiting pieces arrived. */
  private firstMs = 0;
  private hasWarned = false;

  constructor(private readonly channel: TextChannel) {}

  write(piece: TextPiece): void {
    if (this.waiting.size === 0) this.firstMs = performance.now();
    const before = this.waiting.get(piece.streamId);
    // A worker that lost its claim may write on for a moment, in the process of the next attempt as well.
    if (before && before.attempt > piece.attempt) return;
    if (before?.attempt === piece.attempt && before.start + before.text.length === piece.start)
      before.text += piece.text;
    else this.waiting.set(piece.streamId, { ...piece });
    if (piece.start === 0 && piece.text !== '') this.hasFirstWords = true;
    if (this.waiting.size > MAX_WAITING) {
      STREAM_DROPPED.inc({}, this.waiting.size);
      this.waiting.clear();
    }
    this.schedule();
  }

  /**
   * Drops the pieces of an attempt that still wait: its row is about to be final, and readers read it then. Pieces of a later
   * attempt stay.
   */
  drop(streamId: string, attempt: number): void {
    const waiting = this.waiting.get(streamId);
    if (waiting && waiting.attempt <= attempt) this.waiting.delete(streamId);
  }

  private schedule(): void {
    if (this.immediate || this.isPublishing || this.waiting.size === 0) return;
    const waitMs = this.hasFirstWords ? 0 : this.lastMs + INTERVAL_MS - performance.now();
    if (waitMs <= 0) this.immediate = setImmediate(() => void this.publish());
    else this.timer ??= setTimeout(() => void this.publish(), waitMs);
  }

  private async publish(): Promise<void> {
    clearTimeout(this.timer ?? undefined);
    clearImmediate(this.immediate ?? undefined);
    this.timer = this.immediate = null;
    this.hasFirstWords = false;
    if (this.waiting.size === 0) return;
    this.isPublishing = true;
    this.lastMs = performance.now();
    const { firstMs } = this;
    const pieces = [...this.waiting.values()];
    let outcome: 'published' | 'failed' = 'published';
    this.waiting = new Map();
    try {
      await this.channel.publish(pieces);
      this.hasWarned = false;
    } catch (error) {
      outcome = 'failed';
      if (!this.hasWarned)
        this.logger.warn(`stream channel lagging, readers fall back to the row: ${(error as Error).message}`);
      this.hasWarned = true;
    } finally {
      STREAM_PUBLISH.observe({ outcome }, (performance.now() - firstMs) / 1000);
      this.isPublishing = false;
      this.schedule();
    }
  }
}
