import { ApiProperty } from '@nestjs/swagger';
import type { Tier } from '../platform/config/tier.js';
import { EmailField } from './email.field.js';
import { PersonNameField } from './person-name.field.js';
import type { Role, User } from './user.entity.js';

/** The signed-in user's account. */
export class UserDto {
  @ApiProperty({ format: 'uuid', example: '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f' })
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

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Not verified; used only to prefill Stripe’s checkout.',
    example: 'asha@example.com',
  })
  email!: string | null;

  @ApiProperty({ example: false })
  email_verified!: boolean;

  @ApiProperty({ enum: ['basic', 'pro'], example: 'basic', description: 'Values may be added.' })
  tier!: Tier;

  @ApiProperty({ enum: ['user', 'admin'], example: 'user', description: 'Values may be added.' })
  role!: Role;

  @ApiProperty({ description: 'Whether a password is set.', example: false })
  has_password!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  updated_at!: string;
}

export class UpdateUserDto {
  @PersonNameField('nullable')
  name?: string | null;

  @EmailField('nullable')
  email?: string | null;
}

/** @param now decides whether a tier that ends has ended */
export function toUser(user: User, now: Date): UserDto {
  return {
    id: user.id,
    mobile_number: user.mobileNumber,
    name: user.name,
    email: user.email,
    email_verified: user.emailVerified,
    tier: tierAt(user, now),
    role: user.role,
    has_password: user.passwordHash !== null,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}

/** The tier of an account at a time: past its end it is basic, even if no event has arrived. */
export function tierAt(user: Pick<User, 'tier' | 'tierEndsAt'>, now: Date): Tier {
  return user.tierEndsAt !== null && user.tierEndsAt <= now ? 'basic' : user.tier;
}
