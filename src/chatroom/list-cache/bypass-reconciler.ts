import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ChatroomListCache } from './chatroom-list-cache.js';
import { ListCacheBypass } from './list-cache-bypass.js';

/** With the bus this keeps a bypass below two seconds once the cache is back. */
const INTERVAL_MS = 1000;
/** Users per round trip: a pipeline of this length costs Redis a fraction of a millisecond. */
const BATCH = 200;

/**
 * Ends bypasses: sets a new version for each user, and only then deletes the bypass. Every process runs it; running it
 * twice is harmless.
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
      this.reconcile()
        .catch((error: Error) =>
          this.logger.warn(
            `list cache: bypasses not ended yet, lists are read from PostgreSQL, next try in ${INTERVAL_MS} ms: ${error.message}`,
          ),
        )
        .finally(() => this.timer && this.schedule());
    }, INTERVAL_MS).unref();
  }

  /** One round. */
  async reconcile(): Promise<void> {
    if (this.bypass.isEmpty) return;
    if (!this.cache.isAvailable) return this.bypass.retryRecording();
    const { recorded, unrecorded } = this.bypass.pending();
    for (let i = 0; i < Math.max(recorded.length, unrecorded.length); i += BATCH) {
      const batch = { recorded: recorded.slice(i, i + BATCH), unrecorded: unrecorded.slice(i, i + BATCH) };
      const users = [
        ...batch.recorded.map(({ userId }) => userId),
        ...batch.unrecorded.map(([userId]) => userId),
      ];
      const versions = await Promise.all(users.map((userId) => this.cache.setVersion(userId)));
      if (versions.includes(null)) return;
      await this.bypass.settle(batch.recorded, batch.unrecorded);
    }
  }
}
