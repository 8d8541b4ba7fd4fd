import { Get, Query } from '@nestjs/common';
import { AdminController, AdminListOperation } from '../admin.decorators.js';
import { AdminDayDto, AdminStatsDto, StatsQuery } from './admin-stats.dto.js';
import { AdminStatsService } from './admin-stats.service.js';

@AdminController('stats')
export class AdminStatsController {
  constructor(private readonly stats: AdminStatsService) {}

  @Get()
  @AdminListOperation({
    item: AdminDayDto,
    summary: 'Show the numbers of the last days',
    description:
      'Messages, replies, failures, refusals, time to the first text, tokens and cost by model, sign-ups, and changes to and from Pro, by day. They are counted as they happen and kept: no message is read, and what a user deletes stays counted.',
    shown: 'The days, the oldest first, and all of them together.',
    page: AdminStatsDto,
  })
  showStats(@Query() { days }: StatsQuery): Promise<AdminStatsDto> {
    return this.stats.show(days);
  }
}
