import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis, RedisSubscriber } from '../redis/redis.js';
import { TextChannel, type PieceHandler } from './text-channel.js';
import { decodePiece, encodePiece, type TextPiece } from './text-piece.js';

/** One channel a text, so that a process hears what its own readers follow and nothing else. */
const channelOf = (streamId: string): string => `{chat}:text:${streamId}`;

/** Through PUBLISH and SUBSCRIBE, on one more connection in processes that follow anything. */
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
      pieces.map((piece) => this.redis.command('PUBLISH', channelOf(piece.streamId), encodePiece(piece))),
    );
  }

  override async follow(streamId: string, handler: PieceHandler): Promise<void> {
    this.handlers.set(streamId, handler);
    await this.subscribe(streamId);
  }

  override unfollow(streamId: string): void {
    this.handlers.delete(streamId);
    this.subscriber
      ?.unsubscribe(channelOf(streamId))
      // Until Redis has let a channel go, the client takes it for subscribed: who followed meanwhile would hear nothing.
      .then(() => (this.handlers.has(streamId) ? this.subscribe(streamId) : undefined))
      .catch(() => undefined);
  }

  onApplicationShutdown(): void {
    this.subscriber?.destroy();
  }

  /** Away: the connection subscribes to what is followed when it is back, and until then the database is asked. */
  private async subscribe(streamId: string): Promise<void> {
    this.subscriber ??= this.open();
    if (!this.subscriber.isReady) return;
    await this.subscriber
      .subscribe(channelOf(streamId), (line) => this.handlers.get(streamId)?.(decodePiece(line)))
      .catch((error: Error) => this.logger.warn(`a text is not followed: ${error.message}`));
  }

  private open(): RedisSubscriber {
    const subscriber = this.redis.newSubscriber();
    subscriber.on('ready', () => {
      for (const streamId of this.handlers.keys()) void this.subscribe(streamId);
    });
    return subscriber;
  }
}
