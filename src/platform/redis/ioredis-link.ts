import type { Cluster, Redis } from 'ioredis';
import type { KeyvStoreAdapter } from 'keyv';
import { RedisLink, type RedisSubscriber } from './redis-link.js';
import { tagOf } from './redis-names.js';

export type IoredisClient = Redis | Cluster;

/**
 * Interval of pings on an idle connection. `socketTimeout` closes a connection without a response, and an idle connection
 * gets responses only to pings. They also detect a lost master within seconds when there are no requests.
 */
const PING_MS = 2000;

/**
 * Link to Cluster or Sentinel, through ioredis: after a lost connection it asks which server is the master, whereas
 * node-redis keeps to the address that it knows.
 */
export class IoredisLink extends RedisLink {
  private readonly client: IoredisClient;
  private readonly lost: ((error: Error) => void)[] = [];
  private readonly pinging: NodeJS.Timeout;

  /** @param open creates a connecting client; called again for each subscriber */
  constructor(private readonly open: () => IoredisClient) {
    super();
    this.client = this.listening();
    this.client.on('ready', () => this.warm());
    this.client.on('+node', () => this.isReady && this.warm());
    this.pinging = setInterval(() => this.ping(), PING_MS).unref();
  }

  override get isReady(): boolean {
    return this.client.status === 'ready';
  }

  override command<T>(name: string, ...words: string[]): Promise<T> {
    return this.client.call(name, ...words) as Promise<T>;
  }

  /** One MGET per hash tag; they are sent together, and each master answers its own. */
  override async getMany(keys: string[]): Promise<(string | null)[]> {
    if (!this.client.isCluster) return this.client.mget(keys);
    const places = new Map<string, number[]>();
    keys.forEach((key, at) => places.set(tagOf(key), [...(places.get(tagOf(key)) ?? []), at]));
    const texts: (string | null)[] = keys.map(() => null);
    await Promise.all(
      [...places.values()].map(async (group) => {
        const found = await this.client.mget(group.map((at) => keys[at]!));
        found.forEach((text, nth) => (texts[group[nth]!] = text));
      }),
    );
    return texts;
  }

  override async infos(sections: string[]): Promise<string[]> {
    const infoOf = async (node: Redis) =>
      (await Promise.all(sections.map((name) => node.info(name)))).join('\r\n');
    if (!('nodes' in this.client)) return [await infoOf(this.client)];
    const masters = this.client.nodes('master');
    const [state, ...texts] = await Promise.all([this.client.cluster('INFO'), ...masters.map(infoOf)]);
    // The number of masters with slots, as the cluster reports it. While one is missing, the state of a part of the
    // keys is unknown.
    const size = Number(/^cluster_size:(\d+)/m.exec(state)?.[1]);
    if (masters.length !== size || !/^cluster_state:ok/m.test(state))
      throw new Error(`the cluster has ${size} masters with slots, of which ${masters.length} are connected`);
    return texts;
  }

  override keyvStore(): KeyvStoreAdapter {
    const { client } = this;
    return {
      opts: {},
      get: async (key: string) => (await client.get(key)) as never,
      set: (key: string, text: string, ttlMs?: number) =>
        ttlMs === undefined ? client.set(key, text) : client.set(key, text, 'PX', Math.ceil(ttlMs)),
      delete: async (key: string) => (await client.unlink(key)) > 0,
      clear: () => Promise.reject(new Error('this store is shared: it is not cleared')),
      on: () => undefined,
    } as unknown as KeyvStoreAdapter;
  }

  override newSubscriber(): RedisSubscriber {
    const client = this.listening();
    const listeners = new Map<string, (message: string) => void>();
    client.on('message', (channel: string, message: string) => listeners.get(channel)?.(message));
    return {
      get isReady() {
        return client.status === 'ready';
      },
      subscribe: async (channel, listener) => {
        listeners.set(channel, listener);
        await client.subscribe(channel);
      },
      unsubscribe: async (channel) => {
        listeners.delete(channel);
        await client.unsubscribe(channel);
      },
      onReady: (listener) => void client.on('ready', listener),
      close: () => client.disconnect(),
    };
  }

  override onReady(listener: () => void): void {
    this.client.on('ready', listener);
  }

  override onLost(listener: (error: Error) => void): void {
    this.lost.push(listener);
  }

  override close(): void {
    clearInterval(this.pinging);
    this.client.disconnect();
  }

  private listening(): IoredisClient {
    const client = this.open();
    const notifyLost = (error: Error): void => {
      for (const listener of this.lost) listener(error);
    };
    client.on('error', notifyLost);
    client.on('close', () => notifyLost(new Error('the connection was closed')));
    // A Cluster may lose a node without losing the whole connection.
    client.on('node error', (error: Error) => notifyLost(error));
    client.on('-node', () => notifyLost(new Error('a node of the cluster was lost')));
    return client;
  }

  /** Opens all connections early: otherwise the first command to a master would wait for its connection. */
  private warm(): void {
    for (const node of this.nodes) if (node.status === 'wait') node.connect().catch(() => undefined);
  }

  private ping(): void {
    for (const node of this.nodes) if (node.status === 'ready') node.ping().catch(() => undefined);
  }

  private get nodes(): Redis[] {
    return 'nodes' in this.client ? this.client.nodes() : [this.client];
  }
}
