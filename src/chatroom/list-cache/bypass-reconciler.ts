import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ChatroomListCache } from './chatroom-list-cache.js';
import { ListCacheBypass } from './list-cache-bypass.js';

/** How often a cache that could not be told is told again. */
const INTERVAL_MS = 1000;
/** Users told at once: a pipeline of this length costs Redis a fraction of a millisecond. */
const BATCH = 200;

/**
 * Ends bypasses: gives each user a new version, and only then crosses the bypass out. Every process does it, unasked:
 * twice is as good as once.
 */
@Injectable()
export class BypassReconciler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('ListCache');
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly cache: ChatroomListCache,
    private readonly bypass: ListCacheBypass,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.heal()
        .catch((error: Error) => this.logger.warn(`a bypass of the cached list stays: ${error.message}`))
        .finally(() => this.timer && this.schedule());
    }, INTERVAL_MS).unref();
  }

  /** One round. */
  async heal(): Promise<void> {
    if (this.bypass.isEmpty) return;
    if (!this.cache.isAvailable) return this.bypass.retry();
    const { noted, open } = this.bypass.pending();
    for (let i = 0; i < Math.max(noted.length, open.length); i += BATCH) {
      const some = { noted: noted.slice(i, i + BATCH), open: open.slice(i, i + BATCH) };
      const users = [...some.noted.map(({ userId }) => userId), ...some.open.map(([userId]) => userId)];
      const told = await Promise.all(users.map((userId) => this.cache.setVersion(userId)));
      if (told.includes(null)) return;
      await this.bypass.settle(some.noted, some.open);
    }
  }
}
