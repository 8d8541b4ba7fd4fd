import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User } from '../users/user.entity.js';

/** Source of a room's name: the default, its first message, a title by the model, or its owner. */
export const NAME_SOURCES = ['default', 'message', 'model', 'user'] as const;
export type NameSource = (typeof NAME_SOURCES)[number];

/** Settings of a room that its owner may change; null: not set. A claim hands them to the worker. */
export const ROOM_SETTINGS = ['systemPrompt', 'model'] as const;
export type RoomSettings = Pick<Chatroom, (typeof ROOM_SETTINGS)[number]>;

/** Name of a room until its first message names it. */
export const DEFAULT_ROOM_NAME = 'New chat';

/** A conversation of one user with the model. */
@Entity('chatrooms')
// The migration creates it: TypeORM cannot express descending order.
@Index('chatrooms_list_idx', { synchronize: false })
@Check('chatrooms_name_source_check', `name_source in ('default', 'message', 'model', 'user')`)
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

  /** Id of a model of the catalogue; null: the default model. */
  @Column('text', { nullable: true })
  model!: string | null;

  @Column('boolean', { default: false })
  pinned!: boolean;

  @Column('boolean', { default: false })
  archived!: boolean;

  /** Number of messages and replies; also the seq of the newest. */
  @Column('integer', { name: 'message_count', default: 0 })
  messageCount!: number;

  /** The active leaf: the message that a new one continues from. */
  @Column('uuid', { name: 'tail_id', nullable: true })
  tailId!: string | null;

  /** Branch of the active leaf; null: the trunk. */
  @Column('integer', { nullable: true })
  branch!: number | null;

  /** Branches beside the trunk, ever made. */
  @Column('integer', { default: 0 })
  branches!: number;

  @Column('timestamptz', { name: 'last_message_at', nullable: true })
  lastMessageAt!: Date | null;

  /** lastMessageAt, or createdAt before the first message. The list is sorted by it. */
  @Column('timestamptz', { name: 'last_activity_at', default: () => 'now()' })
  lastActivityAt!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
