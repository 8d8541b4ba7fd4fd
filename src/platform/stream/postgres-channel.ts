import { Bus } from '../bus/bus.js';
import { TextChannel, type PieceHandler } from './text-channel.js';
import { decodePiece, encodePiece, splitPiece, type TextPiece } from './text-piece.js';

const CHANNEL = 'chat_text';

/** Stream channel through LISTEN/NOTIFY, on the bus's connection. */
export class PostgresChannel extends TextChannel {
  private readonly handlers = new Map<string, PieceHandler>();

  constructor(private readonly bus: Bus) {
    super();
    bus.listen(CHANNEL, (line) => this.dispatch(line));
  }

  override get isUp(): boolean {
    return this.bus.isUp;
  }

  override async publish(pieces: TextPiece[]): Promise<void> {
    await this.bus.notify(CHANNEL, pieces.flatMap(splitPiece).map(encodePiece));
  }

  override async follow(streamId: string, handler: PieceHandler): Promise<void> {
    this.handlers.set(streamId, handler);
  }

  override unfollow(streamId: string): void {
    this.handlers.delete(streamId);
  }

  private dispatch(line: string): void {
    const handler = this.handlers.get(line.slice(0, line.indexOf(':')));
    if (handler) handler(decodePiece(line));
  }
}
