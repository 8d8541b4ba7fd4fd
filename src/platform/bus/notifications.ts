import type { Database } from '../database/database.js';
import { statement } from '../database/statement.js';

/** Does not wait for the disk: NOTIFY holds a lock of the whole database until its transaction is durable. */
const NOTIFY = statement<{ channels: string[]; messages: string[] }>(
  'bus-notify',
  `select set_config('synchronous_commit', 'off', true), pg_notify(channel, message)
   from unnest(:channels::text[], :messages::text[]) with ordinality as sent (channel, message, at) order by at`,
);

/**
 * Sends notifications that follow a commit, or that no commit belongs to: wake-ups and text pieces. Those of one event-loop
 * turn are one statement, in their order, whatever their channels.
 */
export class Notifications {
  private collecting: { channels: string[]; messages: string[]; sent: Promise<void> } | null = null;

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
    const { channels, messages } = this.collecting!;
    this.collecting = null;
    await this.database.run(NOTIFY, { channels, messages });
  }
}
