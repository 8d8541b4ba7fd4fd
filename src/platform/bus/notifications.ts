import { withTimeout } from '../concurrency/with-timeout.js';
import type { Database } from '../database/database.js';
import { statement } from '../database/statement.js';

/** Over a half-open connection a statement ends after many seconds; others need not wait that long for their order. */
const MAX_WAIT_MS = 1000;

/** Does not wait for the disk: NOTIFY holds a lock of the whole database until its transaction is durable. */
const NOTIFY = statement<{ channels: string[]; messages: string[] }>(
  'bus-notify',
  `select set_config('synchronous_commit', 'off', true), pg_notify(channel, message)
   from unnest(:channels::text[], :messages::text[]) with ordinality as sent (channel, message, at) order by at`,
);

/**
 * Sends notifications that follow a commit, or that no commit belongs to: wake-ups and text pieces. They arrive in the order
 * in which they were sent, whatever their channels: one statement at a time, and those that come meanwhile are the next
 * statement. Two statements at once would use two connections, of which the second may be faster.
 */
export class Notifications {
  private collecting: { channels: string[]; messages: string[]; sent: Promise<void> } | null = null;
  /** The statement before. */
  private before: Promise<unknown> = Promise.resolve();

  constructor(private readonly database: Database) {}

  /** Resolves when they are sent; rejects when they are not. */
  send(channel: string, messages: string[]): Promise<void> {
    this.collecting ??= { channels: [], messages: [], sent: this.collected() };
    for (const message of messages) {
      this.collecting.channels.push(channel);
      this.collecting.messages.push(message);
    }
    return this.collecting.sent;
  }

  private async collected(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await withTimeout(this.before, MAX_WAIT_MS).catch(() => undefined);
    const { channels, messages } = this.collecting!;
    this.collecting = null;
    this.before = this.database.run(NOTIFY, { channels, messages });
    await this.before;
  }
}
