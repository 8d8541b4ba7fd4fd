import { Injectable, Logger } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import { BypassedUsers } from './bypassed-users.js';
import { ListCacheBypassRepository, type Bypass } from './list-cache-bypass.repository.js';

/**
 * The users whose list must come from the database, because an invalidation of the cache failed (promise 8). Each has a row
 * in PostgreSQL; the bus tells every process, and the table is read at start and whenever the bus may have missed an event.
 */
@Injectable()
export class ListCacheBypass {
  private readonly logger = new Logger('ListCache');
  private readonly users = new BypassedUsers();

  constructor(
    private readonly repository: ListCacheBypassRepository,
    private readonly bus: Bus,
  ) {
    // In the constructor, because the bus connects at module start and needs its listeners by then.
    bus.on('cache.bypass', ({ on, ...bypass }) =>
      on ? this.users.addRecorded(bypass) : this.users.removeRecorded(bypass),
    );
    bus.onReconnect(() => this.reload());
  }

  /** While the bus is down a process may miss a bypass, so it treats every user as bypassed. */
  has(userId: string): boolean {
    return !this.bus.isUp || this.users.has(userId);
  }

  get isEmpty(): boolean {
    return this.users.size === 0;
  }

  /** Records a failed invalidation. Never throws; the reconciler retries what cannot be recorded. */
  async record(userId: string): Promise<void> {
    await this.insert(userId, this.users.addUnrecorded(userId));
  }

  /** Retries bypasses that have no row yet. */
  async retryRecording(): Promise<void> {
    for (const [userId, number] of this.users.listUnrecorded()) await this.insert(userId, number);
  }

  /** All bypasses, as {@link settle} needs them. */
  pending(): { recorded: Bypass[]; unrecorded: [userId: string, number: number][] } {
    return { recorded: this.users.listRecorded(), unrecorded: this.users.listUnrecorded() };
  }

  /** Ends bypasses whose users got a new version after {@link pending} returned them. */
  async settle(recorded: Bypass[], unrecorded: [userId: string, number: number][]): Promise<void> {
    if (recorded.length > 0) await this.repository.remove(recorded);
    for (const bypass of recorded) this.users.removeRecorded(bypass);
    for (const [userId, number] of unrecorded) this.users.removeUnrecorded(userId, number);
  }

  private async insert(userId: string, number: number): Promise<void> {
    try {
      const stamp = await this.repository.insert(userId);
      if (stamp !== null) this.users.addRecorded({ userId, stamp });
      this.users.removeUnrecorded(userId, number);
    } catch (error) {
      this.logger.warn(
        `list cache: bypass not recorded in PostgreSQL yet, will be retried: ${(error as Error).message}`,
      );
    }
  }

  private async reload(): Promise<void> {
    const before = this.users.listRecorded();
    this.users.reconcile(before, await this.repository.all());
  }
}
