import { Bus } from '../bus/bus.js';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { TextChannel, type PieceHandler } from './text-channel.js';
import { decodePiece, encodePiece, splitPiece, type TextPiece } from './text-piece.js';

const CHANNEL = 'chat_text';

const PUBLISH = statement<{ lines: string[] }>(
  'text-publish',
  `select pg_notify('${CHANNEL}', line) from unnest(:lines::text[]) with ordinality as piece (line, at) order by at`,
);

/** Stream channel through LISTEN/NOTIFY, on the bus's connection. */
export class PostgresChannel extends TextChannel {
  private readonly handlers = new Map<string, PieceHandler>();

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
  ) {
    super();
    bus.listen(CHANNEL, (line) => this.dispatch(line));
  }

  override get isUp(): boolean {
    return this.bus.isUp;
  }

  override async publish(pieces: TextPiece[]): Promise<void> {
    await this.database.run(PUBLISH, { lines: pieces.flatMap(splitPiece).map(encodePiece) });
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
