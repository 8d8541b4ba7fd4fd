import type { TextPiece } from '../../platform/stream/text-piece.js';
import type { Message, ReplyState } from '../message.entity.js';

/** Pieces held back until the text before them is known. Further ones are dropped: the row will contain them. */
const MAX_HELD = 500;

/**
 * A reply as this process knows it, merged from its row, which is complete but a moment late, and from the pieces that its
 * worker publishes. Within an attempt the text only grows, so the longer text is the newer one.
 */
export class ReplySnapshot {
  attempt = 0;
  text = '';
  status: ReplyState = 'queued';
  nextAttemptAt: Date | null = null;
  /** The whole message, once it is final. */
  final: Message | null = null;
  private held: TextPiece[] = [];

  constructor(row: Message) {
    this.applyRow(row);
  }

  /** Is text missing before a held piece? Then the row has to be read. */
  get hasGap(): boolean {
    return this.held.length > 0;
  }

  applyRow(row: Message): void {
    if (this.final || row.attempt < this.attempt) return;
    if (row.attempt > this.attempt) this.startAttempt(row.attempt);
    if (row.content.length > this.text.length) this.text = row.content;
    this.status = row.status;
    this.nextAttemptAt = row.nextAttemptAt;
    if (row.completedAt) {
      this.text = row.content;
      this.final = row;
      this.held = [];
    } else this.applyHeld();
  }

  applyPiece(piece: TextPiece): void {
    if (this.final || piece.attempt < this.attempt) return;
    if (piece.attempt > this.attempt) this.startAttempt(piece.attempt);
    this.status = 'streaming';
    this.nextAttemptAt = null;
    if (piece.start > this.text.length) this.hold(piece);
    else {
      this.append(piece);
      this.applyHeld();
    }
  }

  private startAttempt(attempt: number): void {
    this.attempt = attempt;
    this.text = '';
    this.held = [];
  }

  /** Appends the unknown part of a piece, which may begin within the known text. */
  private append({ start, text }: TextPiece): void {
    if (start + text.length > this.text.length) this.text += text.slice(this.text.length - start);
  }

  private hold(piece: TextPiece): void {
    if (this.held.length < MAX_HELD) this.held.push(piece);
  }

  private applyHeld(): void {
    while (this.held.length > 0 && this.held[0]!.start <= this.text.length) this.append(this.held.shift()!);
  }
}
