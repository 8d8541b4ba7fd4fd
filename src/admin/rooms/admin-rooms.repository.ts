import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { columnsNamed } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

/** A room without its texts; its name is left out, too, because it comes from a message. */
export interface AdminRoomRow {
  id: string;
  userId: string;
  model: string | null;
  archived: boolean;
  messageCount: number;
  /** Replies by state. */
  replies: Record<string, number>;
  lastMessageAt: Date | null;
  createdAt: Date;
}

/** One admin's access to a room for a limited time. */
export interface RoomAccess {
  id: string;
  adminId: string;
  chatroomId: string;
  ownerId: string;
  reason: string;
  createdAt: Date;
  expiresAt: Date;
}

/** Rooms for operators, and operators' accesses to them. */
@Injectable()
export class AdminRoomsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  list(userId: string | null, before: string | null, limit: number): Promise<AdminRoomRow[]> {
    return this.database.run(LIST, { userId, before, limit });
  }

  /** The room's owner; null when the room does not exist. Locks the room until the transaction ends. */
  async ownerOf(roomId: string, manager: EntityManager): Promise<string | null> {
    return (await this.database.run(OWNER, { roomId }, manager))[0]?.userId ?? null;
  }

  async open(access: RoomAccess, manager: EntityManager): Promise<void> {
    await this.database.run(OPEN, access, manager);
  }

  /** This admin's open access to the room, if any. */
  async findOpen(adminId: string, roomId: string, now: Date): Promise<RoomAccess | null> {
    return this.database.one(FIND_OPEN, { roomId, adminId, now });
  }
}

/**
 * Counts replies only for the rooms of the page.
 * Indexes: chatrooms_pkey, or chatrooms_list_idx with a user; messages_chatroom_id_seq_key.
 */
const LIST = statement<{ userId: string | null; before: string | null; limit: number }, AdminRoomRow>(
  'admin-rooms',
  `
    select r.id, r.user_id as "userId", r.model, r.archived, r.message_count as "messageCount",
      r.last_message_at as "lastMessageAt", r.created_at as "createdAt",
      (select coalesce(json_object_agg(status, count), '{}') from (
         select status, count(*)::int as count from messages where chatroom_id = r.id and role = 'model' group by status
       ) states) as replies
    from (
      select * from chatrooms
      where (:userId::uuid is null or user_id = :userId) and (:before::uuid is null or id < :before)
      order by id desc limit :limit
    ) r
    order by r.id desc`,
);
const OWNER = statement<{ roomId: string }, { userId: string }>(
  'admin-room-owner',
  `select user_id as "userId" from chatrooms where id = :roomId for key share`,
);
const OPEN = statement<RoomAccess>(
  'room-access-open',
  `insert into room_accesses (id, admin_id, chatroom_id, owner_id, reason, created_at, expires_at)
         values (:id, :adminId, :chatroomId, :ownerId, :reason, :createdAt, :expiresAt)`,
);
/** Index room_accesses_room_idx. */
const FIND_OPEN = statement<{ roomId: string; adminId: string; now: Date }, RoomAccess>(
  'room-access-find-open',
  `
    select ${columnsNamed<RoomAccess>('id', 'adminId', 'chatroomId', 'ownerId', 'reason', 'createdAt', 'expiresAt')}
    from room_accesses where chatroom_id = :roomId and admin_id = :adminId and expires_at > :now
    order by id desc limit 1`,
);
