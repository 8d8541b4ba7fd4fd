import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Tier } from '../platform/config/tier.js';

export type Role = 'user' | 'admin';

/** A person's account. One per mobile number, whatever way the number was written. */
@Entity('users')
@Unique('users_mobile_number_key', ['mobileNumber'])
@Index('users_pro_idx', ['id'], { where: `tier = 'pro'` })
@Index('users_last_active_at_idx', ['lastActiveAt'], { where: 'mobile_number is not null' })
@Check('users_role_check', `role in ('user', 'admin')`)
@Check('users_tier_check', `tier in ('basic', 'pro')`)
export class User {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  /** E.164; null for an account that signs in through another issuer. */
  @Column('text', { name: 'mobile_number', nullable: true })
  mobileNumber!: string | null;

  @Column('text', { nullable: true })
  name!: string | null;

  /** Unverified: a prefill only. */
  @Column('text', { nullable: true })
  email!: string | null;

  @Column('boolean', { name: 'email_verified', default: false })
  emailVerified!: boolean;

  /** argon2id, in its PHC form. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  @Column('text', { default: 'user' })
  role!: Role;

  @Column('text', { default: 'basic' })
  tier!: Tier;

  /** Until when the tier holds; null: no end. */
  @Column('timestamptz', { name: 'tier_ends_at', nullable: true })
  tierEndsAt!: Date | null;

  /** Until when an operator has granted Pro, whatever Stripe says. */
  @Column('timestamptz', { name: 'pro_granted_until', nullable: true })
  proGrantedUntil!: Date | null;

  /** What the day's count belongs to: keyed hash of the number, so that the count outlives the account. */
  @Column('bytea', { name: 'quota_key' })
  quotaKey!: Buffer;

  /** Only the SMS sandbox has proven the number: where there is none, password and sessions are void until it is proven. */
  @Column('boolean', { name: 'sandbox_proven', default: false })
  sandboxProven!: boolean;

  @Column('timestamptz', { name: 'suspended_at', nullable: true })
  suspendedAt!: Date | null;

  /** When it was last used, to within a day. */
  @Column('timestamptz', { name: 'last_active_at', default: () => 'now()' })
  lastActiveAt!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
