import KeyvRedis, { createClient, type RedisClientOptions, type RedisClientType } from '@keyv/redis';
import type { KeyvStoreAdapter } from 'keyv';
import { RedisLink, type RedisSubscriber } from './redis-link.js';

/**
 * Keyv's Redis adapter on the link's connection, which the link closes: `@nestjs/cache-manager` would close it too
 * early, before requests have drained.
 */
class Adapter extends KeyvRedis<string> {
  override async disconnect(): Promise<void> {}
}

/**
 * Link to one server, through node-redis, which is faster than ioredis on the path of the cached list (docs/adr/0028).
 */
export class SingleLink extends RedisLink {
  private readonly client: RedisClientType;
  private readonly lost: ((error: Error) => void)[] = [];

  constructor(options: RedisClientOptions) {
    super();
    this.client = createClient(options) as RedisClientType;
    this.client.on('error', this.notifyLost);
    this.client.connect().catch(this.notifyLost);
  }

  override get isReady(): boolean {
    return this.client.isReady;
  }

  override command<T>(...words: string[]): Promise<T> {
    return this.client.sendCommand(words);
  }

  override getMany(keys: string[]): Promise<(string | null)[]> {
    return this.client.mGet(keys);
  }

  override async infos(sections: string[]): Promise<string[]> {
    const texts = await Promise.all(sections.map((section) => this.client.info(section)));
    return [texts.join('\r\n')];
  }

  override keyvStore(): KeyvStoreAdapter {
    return new Adapter(this.client, { throwOnErrors: true, throwOnConnectError: true });
  }

  override newSubscriber(): RedisSubscriber {
    const client = this.client.duplicate();
    client.on('error', this.notifyLost);
    client.connect().catch(this.notifyLost);
    return {
      get isReady() {
        return client.isReady;
      },
      subscribe: (channel, listener) => client.subscribe(channel, listener),
      unsubscribe: (channel) => client.unsubscribe(channel),
      onReady: (listener) => void client.on('ready', listener),
      close: () => client.destroy(),
    };
  }

  override onReady(listener: () => void): void {
    this.client.on('ready', listener);
  }

  override onLost(listener: (error: Error) => void): void {
    this.lost.push(listener);
  }

  override close(): void {
    if (this.client.isOpen) this.client.destroy();
  }

  private readonly notifyLost = (error: Error): void => {
    for (const listener of this.lost) listener(error);
  };
}
