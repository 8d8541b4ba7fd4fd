import type { TextPiece } from './text-piece.js';

export type PieceHandler = (piece: TextPiece) => void;

/**
 * Carries texts from the process that writes them to those that show them, as they are written. It keeps nothing and
 * promises nothing: a piece that got lost is found in the database a moment later. A port with two implementations:
 * Redis, and PostgreSQL where there is no Redis.
 */
export abstract class TextChannel {
  /** Are pieces heard here just now? */
  abstract readonly isUp: boolean;

  /** Tells whoever follows, in this order. */
  abstract publish(pieces: TextPiece[]): Promise<void>;

  /** Calls `handler` with every piece of a text from now on; resolves when that is so. */
  abstract follow(streamId: string, handler: PieceHandler): Promise<void>;

  abstract unfollow(streamId: string): void;
}
