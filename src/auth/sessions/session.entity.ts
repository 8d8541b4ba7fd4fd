import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One sign-in on one device. Its tokens are derived from it; none is stored. */
@Entity('sessions')
// Partial and descending: written in the migration, because TypeORM cannot express it.
@Index('sessions_user_id_idx', { synchronize: false })
@Index('sessions_ended_at_idx', { synchronize: false })
@Index('sessions_expires_at_idx', ['expiresAt'])
export class Session {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'sessions_pkey' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** User-Agent of the sign-in, shortened. */
  @Column('text', { nullable: true })
  device!: string | null;

  /** Address of the last sign-in or refresh. */
  @Column('text', { nullable: true })
  ip!: string | null;

  @Column('boolean', { name: 'sandbox_proven', default: false })
  sandboxProven!: boolean;

  /** Number of the current refresh token. */
  @Column('integer', { default: 1 })
  generation!: number;

  /** Highest generation of which an access or refresh token was used. */
  @Column('integer', { name: 'used_generation', default: 0 })
  usedGeneration!: number;

  @Column('timestamptz', { name: 'rotated_at', default: () => 'now()' })
  rotatedAt!: Date;

  /** Last proof of identity, from which a fresh session is measured. */
  @Column('timestamptz', { name: 'authenticated_at', default: () => 'now()' })
  authenticatedAt!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_used_at', default: () => 'now()' })
  lastUsedAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
