import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User } from '../users/user.entity.js';

/** Where a room's name comes from: nobody yet, its first message, or its owner. */
export type NameSource = 'default' | 'message' | 'user';

/** What its owner may set of a room beside its name; null: nothing. A worker that claims a reply of the room gets it, too. */
export const ROOM_SETTINGS = ['systemPrompt', 'model'] as const;
export type RoomSettings = Pick<Chatroom, (typeof ROOM_SETTINGS)[number]>;

/** What a room is called until its first message names it. */
export const DEFAULT_ROOM_NAME = 'New chat';

/** A conversation of one person with the model. */
@Entity('chatrooms')
// Descending: written in the migration, TypeORM cannot say it.
@Index('chatrooms_list_idx', { synchronize: false })
@Check('chatrooms_name_source_check', `name_source in ('default', 'message', 'user')`)
export class Chatroom {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'chatrooms_pkey' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'chatrooms_user_id_fkey' })
  user?: Relation<User>;

  @Column('text')
  name!: string;

  @Column('text', { name: 'name_source' })
  nameSource!: NameSource;

  @Column('text', { name: 'system_prompt', nullable: true })
  systemPrompt!: string | null;

  /** Id of a model of the catalogue; null: the default one. */
  @Column('text', { nullable: true })
  model!: string | null;

  @Column('boolean', { default: false })
  pinned!: boolean;

  @Column('boolean', { default: false })
  archived!: boolean;

  /** Messages and replies in the room; also the seq of the newest one. */
  @Column('integer', { name: 'message_count', default: 0 })
  messageCount!: number;

  /** The reply that a new message continues from. */
  @Column('uuid', { name: 'tail_id', nullable: true })
  tailId!: string | null;

  @Column('timestamptz', { name: 'last_message_at', nullable: true })
  lastMessageAt!: Date | null;

  /** lastMessageAt, or createdAt before the first message: what the list is ordered by. */
  @Column('timestamptz', { name: 'last_activity_at', default: () => 'now()' })
  lastActivityAt!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
