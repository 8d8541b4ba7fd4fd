import type { TextPiece } from './text-piece.js';

export type PieceHandler = (piece: TextPiece) => void;

/**
 * The stream channel: carries text pieces from the worker that generates a reply to the API processes whose readers
 * follow it.
 *
 * A port with two implementations: Redis PUBLISH where there is Redis, else PostgreSQL NOTIFY on the bus. The channel
 * stores nothing and guarantees nothing. The row is the truth: the worker also writes the text to the row several times
 * a second, and each piece carries its attempt and offset. A reader that misses a piece, subscribes late, or finds the
 * channel down reads the row (poll interval: src/messages/stream) and continues from its offset, so a lost piece costs
 * time, not text.
 *
 * Costs: one publish per 8 ms and process for all its replies, one for the first words of a text (text-publisher.ts), and one
 * more connection in processes that follow a text.
 */
export abstract class TextChannel {
  /** True while pieces arrive here. */
  abstract readonly isUp: boolean;

  /** Publishes pieces to all followers, in this order. */
  abstract publish(pieces: TextPiece[]): Promise<void>;

  /** Calls `handler` with every piece of a text from now on; resolves when the subscription is active. */
  abstract follow(streamId: string, handler: PieceHandler): Promise<void>;

  abstract unfollow(streamId: string): void;
}
