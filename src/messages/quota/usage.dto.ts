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
    description: 'Messages of today that were answered or are being answered.',
    example: 2,
  })
  used_today!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'What is left today; null: unlimited.',
    example: 3,
  })
  remaining!: number | null;

  @ApiProperty({
    format: 'date-time',
    description: 'When the next day starts.',
    example: '2026-11-21T00:00:00.000Z',
  })
  resets_at!: string;
}

export function toUsage(limit: DailyLimit, standing: QuotaUsage): UsageDto {
  return {
    tier: standing.tier,
    daily_limit: limit.limits[standing.tier],
    used_today: standing.used,
    remaining: limit.remaining(standing),
    resets_at: limit.resetsAt.toISOString(),
  };
}
