import { Injectable, Logger } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import { BypassedUsers } from './bypassed-users.js';
import { ListCacheBypassRepository, type Bypass } from './list-cache-bypass.repository.js';

/**
 * Whose list must come from the database, because the cache could not be told of a write (promise 8). Written down in
 * PostgreSQL, told to every process by the bus, read anew at start and whenever the bus may have missed something.
 */
@Injectable()
export class ListCacheBypass {
  private readonly logger = new Logger('ListCache');
  private readonly users = new BypassedUsers();

  constructor(
    private readonly repository: ListCacheBypassRepository,
    private readonly bus: Bus,
  ) {
    // In the constructor: the bus connects when modules start, and must find its listeners then.
    bus.on('cache.bypass', ({ on, ...bypass }) => (on ? this.users.raise(bypass) : this.users.lower(bypass)));
    bus.onReconnect(() => this.read());
  }

  /** A process that may not have heard of a bypass treats everybody as bypassed. */
  has(userId: string): boolean {
    return !this.bus.isUp || this.users.has(userId);
  }

  get isEmpty(): boolean {
    return this.users.size === 0;
  }

  /** The cache could not be told of this user's write. Never throws; what cannot be written down is tried again by the healer. */
  async note(userId: string): Promise<void> {
    await this.write(userId, this.users.begin(userId));
  }

  /** Tries again to write down what could not be. */
  async retry(): Promise<void> {
    for (const [userId, number] of this.users.open()) await this.write(userId, number);
  }

  /** Everybody whose cache is to be told, with what {@link settle} needs. */
  pending(): { noted: Bypass[]; open: [userId: string, number: number][] } {
    return { noted: this.users.snapshot(), open: this.users.open() };
  }

  /** The cache of these was told after they were given by {@link pending}. */
  async settle(noted: Bypass[], open: [userId: string, number: number][]): Promise<void> {
    if (noted.length > 0) await this.repository.remove(noted);
    for (const bypass of noted) this.users.lower(bypass);
    for (const [userId, number] of open) this.users.end(userId, number);
  }

  private async write(userId: string, number: number): Promise<void> {
    try {
      const stamp = await this.repository.insert(userId);
      if (stamp !== null) this.users.raise({ userId, stamp });
      this.users.end(userId, number);
    } catch (error) {
      this.logger.warn(`a bypass of the cached list is not written down yet: ${(error as Error).message}`);
    }
  }

  private async read(): Promise<void> {
    const before = this.users.snapshot();
    this.users.replace(before, await this.repository.all());
  }
}
