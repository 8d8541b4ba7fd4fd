import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DailyNumbers, type DailyNumber } from '../../platform/statistics/daily-numbers.js';
import { PRO_LOST_OF_DAY } from '../../users/users.metrics.js';
import type { AdminStatsDto } from './admin-stats.dto.js';
import { AdminStatsRepository } from './admin-stats.repository.js';
import { figuresOf } from './day-figures.js';
import { shareOf } from './figures.js';

/** Shows the numbers that are kept by day. Reads no message and no reply. */
@Injectable()
export class AdminStatsService {
  constructor(
    private readonly numbers: DailyNumbers,
    private readonly stats: AdminStatsRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async show(days: number): Promise<AdminStatsDto> {
    const now = this.clock.now();
    const [counted, since, proUsers] = await Promise.all([
      this.numbers.read(days),
      this.numbers.firstDay(),
      this.stats.countPro(now),
    ]);
    const kept = [...counted, ...(since === null ? [] : await this.runOut(now, since, days))];
    const { prices } = this.config.llm;
    const total = figuresOf(kept, prices);
    const byDay = new Map<string, DailyNumber[]>(this.numbers.lastDays(days).map((day) => [day, []]));
    for (const one of kept) byDay.get(one.day)?.push(one);
    return {
      data: [...byDay].map(([day, ofDay]) => ({ day, ...figuresOf(ofDay, prices) })),
      next_cursor: null,
      total,
      time_zone: this.config.quota.timeZone,
      counted_since: since,
      pro_users: proUsers,
      conversion: shareOf(total.pro_gained, total.sign_ups),
      churn: shareOf(total.pro_lost, proUsers - total.pro_gained + total.pro_lost),
    };
  }

  private async runOut(now: Date, since: string, days: number): Promise<DailyNumber[]> {
    const { timeZone } = this.config.quota;
    const rows = await this.stats.runOut(now, timeZone, since, days);
    return rows.map((row) => ({ ...row, name: PRO_LOST_OF_DAY.name, label: 'run out' }));
  }
}
