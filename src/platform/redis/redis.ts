import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createClient, type RedisClientType } from '@keyv/redis';

/** How long a start waits for Redis: then the process goes on without it, and connects when it can. */
const START_WAIT_MS = 1000;
/** A half-open link raises no error by itself: ask, and take silence for loss. */
const PING_INTERVAL_MS = 2000;
const SILENCE_MS = 5000;

/** A connection that hears what is published. */
export type RedisSubscriber = Pick<
  RedisClientType,
  'isReady' | 'subscribe' | 'unsubscribe' | 'destroy' | 'on'
>;

/**
 * The process's own link to Redis for commands that must not wait: while it is down they fail at once. (BullMQ and the
 * list cache keep links of their own, with the settings that they need.)
 */
export class Redis implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private readonly client: RedisClientType;
  private told = false;

  constructor(url: string) {
    this.client = createClient({
      url,
      disableOfflineQueue: true,
      pingInterval: PING_INTERVAL_MS,
      socket: {
        connectTimeout: 2000,
        socketTimeout: SILENCE_MS,
        reconnectStrategy: (retries: number) => Math.min(50 * 2 ** Math.min(retries, 5), 1000),
      },
    });
    this.client.on('error', (error: Error) => this.tell(error));
    this.client.on('ready', () => {
      this.told = false;
    });
  }

  async onModuleInit(): Promise<void> {
    const connected = this.client.connect().then(
      () => undefined,
      (error: Error) => this.tell(error),
    );
    await Promise.race([connected, new Promise((resolve) => setTimeout(resolve, START_WAIT_MS).unref())]);
  }

  onApplicationShutdown(): void {
    this.client.destroy();
  }

  /** One command. Fails at once while Redis is away. */
  command<T>(...words: string[]): Promise<T> {
    return this.client.sendCommand(words);
  }

  /** Another connection like this one, connecting; it comes back by itself. */
  newSubscriber(): RedisSubscriber {
    const subscriber = this.client.duplicate();
    subscriber.on('error', (error: Error) => this.tell(error));
    subscriber.connect().catch((error: Error) => this.tell(error));
    return subscriber;
  }

  /** One line an outage, not one a try. */
  private tell(error: Error): void {
    if (this.told) return;
    this.told = true;
    this.logger.warn(`Redis cannot be reached: ${error.message || (error as { code?: string }).code}`);
  }
}
