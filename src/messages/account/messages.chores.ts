import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Chores } from '../../platform/maintenance/chores.js';

const HOUR_MS = 3_600_000;
/** What the contract promises for a key. */
const IDEMPOTENCY_KEY_MS = 24 * HOUR_MS;
/** A day's count matters while one of its replies may still fail or be retried; then it is history. */
const DAILY_USAGE_MS = 40 * 24 * HOUR_MS;

/** Deletes what messages leave behind: dead idempotency keys, old days. */
@Injectable()
export class MessagesChores {
  constructor(database: Database, chores: Chores) {
    const before = (now: Date, ms: number) => new Date(now.getTime() - ms);
    chores.register({
      name: 'idempotency-keys',
      run: async (now) => {
        await database.run(
          { name: 'purge-idempotency-keys', text: 'delete from idempotency_keys where created_at < $1' },
          [before(now, IDEMPOTENCY_KEY_MS)],
        );
      },
    });
    chores.register({
      name: 'daily-usage',
      run: async (now) => {
        await database.run(
          { name: 'purge-daily-usage', text: 'delete from daily_usage where day < $1::date' },
          [before(now, DAILY_USAGE_MS)],
        );
      },
    });
  }
}
