import { Injectable, Logger } from '@nestjs/common';
import { TextChannel } from './text-channel.js';
import type { TextPiece } from './text-piece.js';

/** The first piece leaves at once, those after it together: so often nobody sees steps, and a batch costs what a piece costs. */
const INTERVAL_MS = 8;
/** While the channel does not answer, what waits is forgotten past this many: the database has it. */
const MAX_WAITING = 1000;

/** Sends what this process writes, many texts in one batch. Never throws: see {@link TextChannel}. */
@Injectable()
export class TextPublisher {
  private readonly logger = new Logger('Stream');
  private waiting = new Map<string, TextPiece>();
  private timer: NodeJS.Timeout | null = null;
  private isPublishing = false;
  private lastMs = 0;
  private told = false;

  constructor(private readonly channel: TextChannel) {}

  write(piece: TextPiece): void {
    const before = this.waiting.get(piece.streamId);
    if (before?.attempt === piece.attempt && before.start + before.text.length === piece.start)
      before.text += piece.text;
    else this.waiting.set(piece.streamId, { ...piece });
    if (this.waiting.size > MAX_WAITING) this.waiting.clear();
    this.schedule();
  }

  private schedule(): void {
    if (this.timer || this.isPublishing || this.waiting.size === 0) return;
    const wait = Math.max(0, this.lastMs + INTERVAL_MS - performance.now());
    this.timer = setTimeout(() => void this.publish(), wait);
  }

  private async publish(): Promise<void> {
    this.timer = null;
    this.isPublishing = true;
    this.lastMs = performance.now();
    const pieces = [...this.waiting.values()];
    this.waiting = new Map();
    try {
      await this.channel.publish(pieces);
      this.told = false;
    } catch (error) {
      if (!this.told) this.logger.warn(`texts are shown later than written: ${(error as Error).message}`);
      this.told = true;
    } finally {
      this.isPublishing = false;
      this.schedule();
    }
  }
}
