import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

@Injectable()
export class AdminStatsRepository {
  constructor(private readonly database: Database) {}

  async countPro(): Promise<number> {
    return (await this.database.one(COUNT_PRO, {}))!.count;
  }
}

/** Index users_pro_idx: reads the users with Pro alone. */
const COUNT_PRO = statement<object, { count: number }>(
  'admin-stats-pro',
  `select count(*)::int as count from users where tier = 'pro'`,
);
