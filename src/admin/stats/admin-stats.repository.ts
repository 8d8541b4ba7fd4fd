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

  /**
   * Users whose Pro has run out, by the day of its end. Nothing writes their rows at that moment; a row that is written later
   * is counted then ({@link countTierChange}), and no more here.
   * @param since the first day that was counted
   */
  runOut(
    now: Date,
    timeZone: string,
    since: string,
    days: number,
  ): Promise<{ day: string; count: number }[]> {
    return this.database.run(RUN_OUT, { now, timeZone, since, days });
  }
}

/** Index users_pro_idx: reads the users with Pro alone, and those whose Pro has run out. */
const RUN_OUT = statement<
  { now: Date; timeZone: string; since: string; days: number },
  { day: string; count: number }
>(
  'admin-stats-run-out',
  `
  select (tier_ends_at at time zone :timeZone)::date::text as day, count(*)::int as count from users
  where tier = 'pro' and tier_ends_at <= :now
    and (tier_ends_at at time zone :timeZone)::date > (:now::timestamptz at time zone :timeZone)::date - :days::int
    and (tier_ends_at at time zone :timeZone)::date >= :since::date
  group by 1`,
);

/** Index users_pro_idx: reads the users with Pro alone. */
const COUNT_PRO = statement<{ now: Date }, { count: number }>(
  'admin-stats-pro',
  `select count(*)::int as count from users where ${isProAt('users', ':now')}`,
);
