import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Tier } from '../platform/config/tier.js';

export type Role = 'user' | 'admin';

/** A user's account: one per mobile number, which is stored in one normal form (E.164). */
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

  /** End of the tier; null: no end. */
  @Column('timestamptz', { name: 'tier_ends_at', nullable: true })
  tierEndsAt!: Date | null;

  /** End of an operator's grant of Pro, independent of Stripe. */
  @Column('timestamptz', { name: 'pro_granted_until', nullable: true })
  proGrantedUntil!: Date | null;

  /** Key of the day's count: a keyed hash of the number, so that the count outlives the account. */
  @Column('bytea', { name: 'quota_key' })
  quotaKey!: Buffer;

  /** The number was proven only by the SMS sandbox: without the sandbox, password and sessions are void until it is proven by SMS. */
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
