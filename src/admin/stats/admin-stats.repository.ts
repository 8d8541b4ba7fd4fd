import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { isProAt } from '../../users/tier.sql.js';

@Injectable()
export class AdminStatsRepository {
  constructor(private readonly database: Database) {}

  /** Users who are Pro now. */
  async countPro(now: Date): Promise<number> {
    return (await this.database.one(COUNT_PRO, { now }))!.count;
  }
}

/** Index users_pro_idx: reads the users with Pro alone. */
const COUNT_PRO = statement<{ now: Date }, { count: number }>(
  'admin-stats-pro',
  `select count(*)::int as count from users where ${isProAt('users', ':now')}`,
);
