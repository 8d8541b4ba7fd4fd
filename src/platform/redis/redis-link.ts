import type { KeyvStoreAdapter } from 'keyv';

/** A subscriber connection. It reconnects by itself. */
export interface RedisSubscriber {
  readonly isReady: boolean;
  /** Calls `listener` with every message of the channel. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  onReady(listener: () => void): void;
  close(): void;
}

/**
 * A link to Redis for the product's own commands. It connects when it is created and reconnects without an end; while
 * it is down every command fails at once. Two implementations: {@link SingleLink} for one server, {@link IoredisLink}
 * for Cluster and Sentinel.
 */
export abstract class RedisLink {
  abstract readonly isReady: boolean;

  /** One command. On Cluster all its keys share a hash tag. */
  abstract command<T>(...words: string[]): Promise<T>;

  /** The texts of the keys, in their order; null for a missing key. */
  abstract getMany(keys: string[]): Promise<(string | null)[]>;

  /**
   * The given sections of `INFO`, of every master.
   * @throws Error when a part of a Cluster has no master that responds
   */
  abstract infos(sections: string[]): Promise<string[]>;

  /** The same link as a store for Keyv. */
  abstract keyvStore(): KeyvStoreAdapter;

  abstract newSubscriber(): RedisSubscriber;

  /** Calls `listener` each time commands can be sent again. */
  abstract onReady(listener: () => void): void;

  /** Calls `listener` with the reason each time a connection is lost or cannot be opened. */
  abstract onLost(listener: (error: Error) => void): void;

  abstract close(): void;
}
