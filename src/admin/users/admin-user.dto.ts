import { ApiProperty, PickType } from '@nestjs/swagger';
import { PageOf } from '../../platform/fields/page.js';
import { tierAt, UserDto } from '../../users/user.dto.js';
import type { Role } from '../../users/user.entity.js';
import type { AdminUserRow } from './admin-users.repository.js';

/** Who somebody is to a trusted issuer. */
export class IdentityDto {
  @ApiProperty({ description: 'Whose tokens they are (`iss`).', example: 'https://login.example.com' })
  issuer!: string;

  @ApiProperty({ description: 'What it calls the person (`sub`).', example: '00u1abcd2EFGH3ijkl4x7' })
  subject!: string;
}

/** An account as operators see it: no texts, no password. */
export class AdminUserDto extends PickType(UserDto, [
  'id',
  'mobile_number',
  'name',
  'email',
  'tier',
  'role',
  'created_at',
] as const) {
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

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  suspended_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a live session was last used, to within the life of an access token.',
  })
  last_used_at!: string | null;

  @ApiProperty({ type: 'integer', description: 'At most 10,000.', example: 3 })
  rooms!: number;

  @ApiProperty({ type: 'integer', description: 'Messages and replies in them.', example: 42 })
  messages!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  live_sessions!: number;

  @ApiProperty({ type: 'integer', description: 'Units of the day.', example: 2 })
  used_today!: number;

  @ApiProperty({ type: [IdentityDto], description: 'Of trusted issuers, whose tokens sign in here.' })
  identities!: IdentityDto[];
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
    identities: row.identities,
  };
}
