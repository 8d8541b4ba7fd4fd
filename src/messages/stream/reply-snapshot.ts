import type { TextPiece } from '../../platform/stream/text-piece.js';
import type { Message, ReplyState } from '../message.entity.js';

/** Pieces that wait for the text before them; past this many they are forgotten: the row will have them. */
const MAX_HELD = 500;

/**
 * A reply as this process knows it: put together from its row, which has everything a moment later, and from the pieces
 * that its worker tells of. Within an attempt the text only grows, so that whichever is longer is right.
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
    this.takeRow(row);
  }

  /** Is there text further on, and something missing before it? Then the row is to be read. */
  get hasGap(): boolean {
    return this.held.length > 0;
  }

  takeRow(row: Message): void {
    if (this.final || row.attempt < this.attempt) return;
    if (row.attempt > this.attempt) this.begin(row.attempt);
    if (row.content.length > this.text.length) this.text = row.content;
    this.status = row.status;
    this.nextAttemptAt = row.nextAttemptAt;
    if (row.completedAt) {
      this.text = row.content;
      this.final = row;
      this.held = [];
    } else this.takeHeld();
  }

  takePiece(piece: TextPiece): void {
    if (this.final || piece.attempt < this.attempt) return;
    if (piece.attempt > this.attempt) this.begin(piece.attempt);
    this.status = 'streaming';
    this.nextAttemptAt = null;
    if (piece.start > this.text.length) this.hold(piece);
    else {
      this.append(piece);
      this.takeHeld();
    }
  }

  private begin(attempt: number): void {
    this.attempt = attempt;
    this.text = '';
    this.held = [];
  }

  /** A piece may begin in what is known already. */
  private append({ start, text }: TextPiece): void {
    if (start + text.length > this.text.length) this.text += text.slice(this.text.length - start);
  }

  private hold(piece: TextPiece): void {
    if (this.held.length < MAX_HELD) this.held.push(piece);
  }

  private takeHeld(): void {
    while (this.held.length > 0 && this.held[0]!.start <= this.text.length) this.append(this.held.shift()!);
  }
}
