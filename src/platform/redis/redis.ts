import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { openLink } from './redis-connections.js';
import type { RedisLink, RedisSubscriber } from './redis-link.js';
import { parseRedisUrl, type RedisTarget } from './redis-url.js';

/** How long a start waits for Redis. Then the process continues without it and connects later. */
const START_WAIT_MS = 1000;

/**
 * The process's link to Redis for commands that may not wait: while it is down they fail at once. (BullMQ and the list
 * cache have links of their own.)
 */
export class Redis implements OnModuleInit, OnApplicationShutdown {
  readonly kind: RedisTarget['kind'];
  /** Number of the database. */
  readonly db: number;
  private readonly logger = new Logger('Redis');
  private readonly link: RedisLink;
  private readonly ready: Promise<void>;
  private hasWarned = false;

  constructor(url: string) {
    const target = parseRedisUrl(url);
    this.kind = target.kind;
    this.db = target.db;
    this.link = openLink(target);
    this.link.onLost((error) => this.warnOnce(error));
    this.ready = new Promise((resolve) =>
      this.link.onReady(() => {
        this.hasWarned = false;
        resolve();
      }),
    );
  }

  async onModuleInit(): Promise<void> {
    await Promise.race([this.ready, new Promise((resolve) => setTimeout(resolve, START_WAIT_MS).unref())]);
  }

  onApplicationShutdown(): void {
    this.hasWarned = true; // the end of a link that this process closes is not logged
    this.link.close();
  }

  /** Runs one command. Fails at once while Redis is down. */
  command<T>(...words: string[]): Promise<T> {
    return this.link.command<T>(...words);
  }

  /** A new subscriber connection; it reconnects by itself. */
  newSubscriber(): RedisSubscriber {
    return this.link.newSubscriber();
  }

  /** Logs one line per outage, not per try. */
  private warnOnce(error: Error): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.logger.warn(`Redis unavailable, retrying: ${error.message || (error as { code?: string }).code}`);
  }
}
