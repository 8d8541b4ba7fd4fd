import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from '../redis/redis.js';
import type { RedisSubscriber } from '../redis/redis-link.js';
import { textChannelName } from '../redis/redis-names.js';
import { TextChannel, type PieceHandler } from './text-channel.js';
import { decodePiece, encodePiece, type TextPiece } from './text-piece.js';

/**
 * Stream channel through PUBLISH and SUBSCRIBE, on one more connection in processes that follow a text. Cluster uses the
 * same commands: SSUBSCRIBE would need Redis 7 and a connection to every master, and a piece is small enough for the
 * cluster bus.
 */
export class RedisChannel extends TextChannel implements OnApplicationShutdown {
  private readonly logger = new Logger('Stream');
  private readonly handlers = new Map<string, PieceHandler>();
  private subscriber: RedisSubscriber | null = null;

  constructor(private readonly redis: Redis) {
    super();
  }

  override get isUp(): boolean {
    return this.subscriber === null || this.subscriber.isReady;
  }

  override async publish(pieces: TextPiece[]): Promise<void> {
    await Promise.all(
      pieces.map((piece) =>
        this.redis.command('PUBLISH', textChannelName(piece.streamId), encodePiece(piece)),
      ),
    );
  }

  override async follow(streamId: string, handler: PieceHandler): Promise<void> {
    this.handlers.set(streamId, handler);
    await this.subscribe(streamId);
  }

  override unfollow(streamId: string): void {
    this.handlers.delete(streamId);
    this.subscriber
      ?.unsubscribe(textChannelName(streamId))
      // Until Redis confirms the unsubscribe, the client treats the channel as subscribed. A reader that followed the text
      // again meanwhile therefore needs a new subscription.
      .then(() => (this.handlers.has(streamId) ? this.subscribe(streamId) : undefined))
      .catch(() => undefined);
  }

  onApplicationShutdown(): void {
    this.subscriber?.close();
  }

  /** While Redis is down, the connection subscribes again when it is back; until then readers poll the row. */
  private async subscribe(streamId: string): Promise<void> {
    this.subscriber ??= this.open();
    if (!this.subscriber.isReady) return;
    await this.subscriber
      .subscribe(textChannelName(streamId), (line) => this.handlers.get(streamId)?.(decodePiece(line)))
      .catch((error: Error) =>
        this.logger.warn(`stream channel subscription failed, readers poll the row: ${error.message}`),
      );
  }

  private open(): RedisSubscriber {
    const subscriber = this.redis.newSubscriber();
    subscriber.onReady(() => {
      for (const streamId of this.handlers.keys()) void this.subscribe(streamId);
    });
    return subscriber;
  }
}
