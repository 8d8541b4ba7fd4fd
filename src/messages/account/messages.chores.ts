import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Chores } from '../../platform/maintenance/chores.js';

const HOUR_MS = 3_600_000;
/** How long an idempotency key is valid, as the API documents. */
const IDEMPOTENCY_KEY_MS = 24 * HOUR_MS;
/** Usage of a day is needed while one of its replies may still fail or be retried; 40 days are ample. */
const DAILY_USAGE_MS = 40 * 24 * HOUR_MS;

/** Deletes expired idempotency keys and the usage of old days. */
@Injectable()
export class MessagesChores {
  constructor(database: Database, chores: Chores) {
    const before = (now: Date, ms: number) => new Date(now.getTime() - ms);
    chores.register({
      name: 'idempotency-keys',
      run: async (now) => {
        await database.run(PURGE_KEYS, { before: before(now, IDEMPOTENCY_KEY_MS) });
      },
    });
    chores.register({
      name: 'daily-usage',
      run: async (now) => {
        await database.run(PURGE_DAILY_USAGE, { before: before(now, DAILY_USAGE_MS) });
      },
    });
  }
}

const PURGE_KEYS = statement<{ before: Date }>(
  'purge-idempotency-keys',
  'delete from idempotency_keys where created_at < :before',
);
const PURGE_DAILY_USAGE = statement<{ before: Date }>(
  'purge-daily-usage',
  'delete from daily_usage where day < :before::date',
);
