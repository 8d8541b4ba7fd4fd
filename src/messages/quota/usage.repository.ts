import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import { tierAt } from '../../users/tier.sql.js';
import type { Standing } from './daily-limit.js';
import type { Day } from './quota-day.js';

/** Indexes: users_pkey, daily_usage_pkey. */
const STANDING: Statement = {
  name: 'usage-standing',
  text: `
    select ${tierAt('u', '$3')} as tier,
           coalesce(d.used, 0) as used
    from users u left join daily_usage d on d.quota_key = u.quota_key and d.day = $2::date
    where u.id = $1`,
};

/** Where a user stands on a day. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  async standing(userId: string, day: Day, now: Date): Promise<Standing | null> {
    const [row] = await this.database.run<Standing>(STANDING, [userId, day, now]);
    return row ?? null;
  }
}
