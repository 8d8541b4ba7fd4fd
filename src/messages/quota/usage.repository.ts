import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { tierAt } from '../../users/tier.sql.js';
import type { QuotaUsage } from './daily-limit.js';
import type { Day } from './quota-day.js';

/** Indexes: users_pkey, daily_usage_pkey. */
const USAGE = statement<{ userId: string; day: string; now: Date }, QuotaUsage>(
  'usage-standing',
  `
    select ${tierAt('u', ':now')} as tier,
           coalesce(d.used, 0) as used
    from users u left join daily_usage d on d.quota_key = u.quota_key and d.day = :day::date
    where u.id = :userId`,
);

/** Reads quota usage. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string, day: Day, now: Date): Promise<QuotaUsage | null> {
    return this.database.one(USAGE, { userId, day, now });
  }
}
