import { ApiProperty, PickType } from '@nestjs/swagger';
import { PageOf } from '../../platform/fields/page.js';
import { tierAt, UserDto } from '../../users/user.dto.js';
import type { Role } from '../../users/user.entity.js';
import type { AdminUserRow } from './admin-users.repository.js';

/** A user's identity at a trusted issuer. */
export class IdentityDto {
  @ApiProperty({ description: 'The issuer of the tokens (`iss`).', example: 'https://login.example.com' })
  issuer!: string;

  @ApiProperty({ description: 'The issuer’s id of the user (`sub`).', example: '00u1abcd2EFGH3ijkl4x7' })
  subject!: string;
}

/** An account for operators, without texts and password. */
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
    description: 'End of the tier; null: no known end.',
    example: '2026-12-31T00:00:00.000Z',
  })
  tier_ends_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'End of an operator’s grant of Pro.',
    example: '2026-12-31T00:00:00.000Z',
  })
  pro_granted_until!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  suspended_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a live session was last used, accurate to the life of an access token.',
  })
  last_used_at!: string | null;

  @ApiProperty({ type: 'integer', description: 'At most 10,000.', example: 3 })
  rooms!: number;

  @ApiProperty({ type: 'integer', description: 'Messages and replies in all rooms.', example: 42 })
  messages!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  live_sessions!: number;

  @ApiProperty({ type: 'integer', description: 'Units used of today’s limit.', example: 2 })
  used_today!: number;

  @ApiProperty({ type: [IdentityDto], description: 'Identities at trusted issuers.' })
  identities!: IdentityDto[];
}

export class AdminUserPage extends PageOf(AdminUserDto) {}

/** @param role the valid role (UsersService.roleOf) */
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
