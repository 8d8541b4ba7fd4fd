import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../../platform/database/database.js';

/** A room without a word of what is in it: its name, too, comes from a message. */
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

/** A room that is open to one admin for a while. */
export interface RoomAccess {
  id: string;
  adminId: string;
  chatroomId: string;
  ownerId: string;
  reason: string;
  createdAt: Date;
  expiresAt: Date;
}

/** Rooms as operators see them, and those that are open to one of them. */
@Injectable()
export class AdminRoomsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  list(userId: string | null, before: string | null, limit: number): Promise<AdminRoomRow[]> {
    return this.database.run<AdminRoomRow & object>(LIST, [userId, before, limit]);
  }

  /** Whose room it is; null when there is none. Held until the transaction ends. */
  async ownerOf(roomId: string, manager: EntityManager): Promise<string | null> {
    return (await this.database.run<{ userId: string }>(OWNER, [roomId], manager))[0]?.userId ?? null;
  }

  async open(access: RoomAccess, manager: EntityManager): Promise<void> {
    const { id, adminId, chatroomId, ownerId, reason, createdAt, expiresAt } = access;
    const values = [id, adminId, chatroomId, ownerId, reason, createdAt, expiresAt];
    await this.database.run(OPEN, values, manager);
  }

  /** This admin's access to the room, if one is open. */
  async findOpen(adminId: string, roomId: string, now: Date): Promise<RoomAccess | null> {
    return (await this.database.run<RoomAccess & object>(FIND_OPEN, [roomId, adminId, now]))[0] ?? null;
  }
}

/**
 * The replies are counted for the rooms of the page alone.
 * Indexes: chatrooms_pkey, or chatrooms_list_idx with a user; messages_chatroom_id_seq_key.
 */
const LIST: Statement = {
  name: 'admin-rooms',
  text: `
    select r.id, r.user_id as "userId", r.model, r.archived, r.message_count as "messageCount",
      r.last_message_at as "lastMessageAt", r.created_at as "createdAt",
      (select coalesce(json_object_agg(status, count), '{}') from (
         select status, count(*)::int as count from messages where chatroom_id = r.id and role = 'model' group by status
       ) states) as replies
    from (
      select * from chatrooms
      where ($1::uuid is null or user_id = $1) and ($2::uuid is null or id < $2)
      order by id desc limit $3
    ) r
    order by r.id desc`,
};
const OWNER: Statement = {
  name: 'admin-room-owner',
  text: `select user_id as "userId" from chatrooms where id = $1 for key share`,
};
const OPEN: Statement = {
  name: 'room-access-open',
  text: `insert into room_accesses (id, admin_id, chatroom_id, owner_id, reason, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)`,
};
/** Index room_accesses_room_idx. */
const FIND_OPEN: Statement = {
  name: 'room-access-find-open',
  text: `
    select id, admin_id as "adminId", chatroom_id as "chatroomId", owner_id as "ownerId", reason,
      created_at as "createdAt", expires_at as "expiresAt"
    from room_accesses where chatroom_id = $1 and admin_id = $2 and expires_at > $3
    order by id desc limit 1`,
};
