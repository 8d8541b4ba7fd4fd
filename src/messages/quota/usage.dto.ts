import { ApiProperty } from '@nestjs/swagger';
import type { DailyLimit, QuotaUsage } from './daily-limit.js';

export class UsageDto {
  @ApiProperty({ enum: ['basic', 'pro'] })
  tier!: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Messages a day; null: unlimited.',
    example: 5,
  })
  daily_limit!: number | null;

  @ApiProperty({
    type: 'integer',
    description:
      'Messages of today with an answer, or with a reply in progress. A failed reply does not count.',
    example: 2,
  })
  used_today!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Messages left today; null: unlimited.',
    example: 3,
  })
  remaining!: number | null;

  @ApiProperty({
    format: 'date-time',
    description: 'When the next quota day starts.',
    example: '2026-11-21T00:00:00.000Z',
  })
  resets_at!: string;
}

export function toUsage(limit: DailyLimit, usage: QuotaUsage): UsageDto {
  return {
    tier: usage.tier,
    daily_limit: limit.limits[usage.tier],
    used_today: usage.used,
    remaining: limit.remaining(usage),
    resets_at: limit.resetsAt.toISOString(),
  };
}
