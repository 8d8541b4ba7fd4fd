import { Logger } from '@nestjs/common';
import type { RedisSubscriber } from '../redis/redis-link.js';
import { busChannelName } from '../redis/redis-names.js';
import type { Redis } from '../redis/redis.js';
import type { Notifications } from './notifications.js';

/** Name of the bus's channel in PostgreSQL, for committed events and for wake-ups. */
export const CHANNEL = 'chat_bus';

/** Carries wake-ups to all processes, at most once. A lost one costs its readers a poll. */
export abstract class WakeUpCarrier {
  /** True while this process receives wake-ups. */
  abstract readonly isUp: boolean;
  abstract send(messages: string[]): Promise<void>;
  close(): void {}
}

/** Carries wake-ups through NOTIFY, after the commit ({@link Notifications}). The bus listens on its own connection. */
export class PostgresCarrier extends WakeUpCarrier {
  constructor(
    private readonly notifications: Notifications,
    private readonly isListening: () => boolean,
  ) {
    super();
  }

  override get isUp(): boolean {
    return this.isListening();
  }

  override async send(messages: string[]): Promise<void> {
    await this.notifications.send(CHANNEL, messages);
  }
}

/** Carries wake-ups through PUBLISH and SUBSCRIBE of Redis. */
export class RedisCarrier extends WakeUpCarrier {
  private readonly subscriber: RedisSubscriber;
  private readonly channel: string;
  private isSubscribed = false;

  constructor(
    private readonly redis: Redis,
    onMessage: (message: string) => void,
  ) {
    super();
    const logger = new Logger('Bus');
    this.channel = busChannelName(redis.db);
    this.subscriber = redis.newSubscriber();
    const subscribe = () =>
      this.subscriber
        .subscribe(this.channel, onMessage)
        .then(() => {
          this.isSubscribed = true;
        })
        .catch((error: Error) => logger.warn(`wake-ups unavailable, readers poll: ${error.message}`));
    // After a lost connection the client renews a subscription by itself, unless the first one failed.
    this.subscriber.onReady(() => void (this.isSubscribed ? undefined : subscribe()));
    if (this.subscriber.isReady) void subscribe();
  }

  override get isUp(): boolean {
    return this.isSubscribed && this.subscriber.isReady;
  }

  override async send(messages: string[]): Promise<void> {
    await Promise.all(messages.map((message) => this.redis.command('PUBLISH', this.channel, message)));
  }

  override close(): void {
    this.subscriber.close();
  }
}
