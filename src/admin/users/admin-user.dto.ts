import { ApiProperty } from '@nestjs/swagger';
import type { Tier } from '../../platform/config/tier.js';
import { PageOf } from '../../platform/http/page.js';
import { tierAt } from '../../users/user.dto.js';
import type { Role } from '../../users/user.entity.js';
import type { AdminUserRow } from './admin-users.repository.js';

/** An account as operators see it: no texts, no password. */
export class AdminUserDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'E.164; null for an account that signs in through another issuer.',
    example: '+919876543210',
  })
  mobile_number!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Asha' })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'asha@example.com' })
  email!: string | null;

  @ApiProperty({ enum: ['basic', 'pro'], example: 'pro', description: 'New values may come.' })
  tier!: Tier;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when the tier holds, as far as it is known; null: no end.',
    example: '2026-12-31T00:00:00.000Z',
  })
  tier_ends_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when an operator has granted Pro.',
    example: '2026-12-31T00:00:00.000Z',
  })
  pro_granted_until!: string | null;

  @ApiProperty({ enum: ['user', 'admin'], example: 'user', description: 'New values may come.' })
  role!: Role;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  suspended_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a live session was last used, to within the life of an access token.',
  })
  last_used_at!: string | null;

  @ApiProperty({ type: 'integer', example: 3 })
  rooms!: number;

  @ApiProperty({ type: 'integer', description: 'Messages and replies in them.', example: 42 })
  messages!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  live_sessions!: number;

  @ApiProperty({ type: 'integer', description: 'Units of the day.', example: 2 })
  used_today!: number;
}

export class AdminUserPage extends PageOf(AdminUserDto) {}

/** @param role where it counts */
export function toAdminUser(row: AdminUserRow, role: Role, now: Date): AdminUserDto {
  const time = (at: Date | null) => at?.toISOString() ?? null;
  return {
    id: row.id,
    mobile_number: row.mobileNumber,
    name: row.name,
    email: row.email,
    tier: tierAt(row, now),
    tier_ends_at: time(row.tierEndsAt),
    pro_granted_until: time(row.proGrantedUntil),
    role,
    suspended_at: time(row.suspendedAt),
    created_at: row.createdAt.toISOString(),
    last_used_at: time(row.lastUsedAt),
    rooms: row.rooms,
    messages: row.messages,
    live_sessions: row.liveSessions,
    used_today: row.usedToday,
  };
}
