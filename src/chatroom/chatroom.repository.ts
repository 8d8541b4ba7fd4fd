import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { changesTo } from '../platform/database/columns.js';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/problem/problem.js';
import { DEFAULT_ROOM_NAME, type Chatroom } from './chatroom.entity.js';
import type { ArchivedFilter, NewRoom, RoomChanges } from './chatroom.input.js';
import {
  DELETE_ROOM,
  FIND_ROOM,
  INSERT_ROOM,
  LIST_ROOMS,
  LIST_ROOMS_BY_ID,
  ROOM_CHANGES,
  UPDATE_ROOM,
  type ListedRoom,
  type NewRoomRow,
} from './chatroom.statements.js';
import { ROOM_LIMIT_CONSTRAINT } from './room-limit.js';

/** The sort key of a room: a page begins behind it. */
export type RoomPosition = [pinned: boolean, activity: string, id: string];

/** Before every room. */
const START: RoomPosition = [true, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

/** The chatrooms table. Every method takes the owner's id. */
@Injectable()
export class ChatroomRepository {
  constructor(private readonly database: Database) {}

  /** The room; null when it does not exist or has another owner. */
  async findOwned(userId: string, roomId: string): Promise<Chatroom | null> {
    return this.database.one(FIND_ROOM, { userId, roomId });
  }

  /** At most `limit + 1` rooms: the extra one shows that another page follows. */
  list(
    userId: string,
    archived: ArchivedFilter,
    limit: number,
    after: RoomPosition = START,
  ): Promise<ListedRoom[]> {
    const [pinned, activity, id] = after;
    return this.database.run(LIST_ROOMS[archived], { userId, limit: limit + 1, pinned, activity, id });
  }

  /** Oldest first, after the given room. */
  listById(userId: string, after: string | null, limit: number): Promise<Chatroom[]> {
    return this.database.run(LIST_ROOMS_BY_ID, { userId, afterId: after, limit });
  }

  /** @throws Problem `room_limit_reached`; `session_ended` when the account is deleted */
  async insert(
    userId: string,
    roomId: string,
    room: NewRoom,
    now: Date,
    manager?: EntityManager,
  ): Promise<Chatroom> {
    try {
      return (await this.database.one(INSERT_ROOM, newRoomRow(userId, roomId, room, now), manager))!;
    } catch (error) {
      const { constraint = '' } = error as { constraint?: string };
      if (constraint === ROOM_LIMIT_CONSTRAINT) throw new Problem('room_limit_reached');
      if (DELETED_ACCOUNT_CONSTRAINTS.has(constraint)) throw new Problem('session_ended');
      throw error;
    }
  }

  /** @returns the changed room; null when it does not exist or has another owner */
  async update(userId: string, roomId: string, changes: RoomChanges, now: Date): Promise<Chatroom | null> {
    const parameters = { userId, roomId, now, ...changesTo(ROOM_CHANGES, changes) };
    return this.database.one(UPDATE_ROOM, parameters);
  }

  /** @returns whether the user had this room */
  async delete(userId: string, roomId: string): Promise<boolean> {
    const rows = await this.database.run(DELETE_ROOM, { userId, roomId });
    return rows.length === 1;
  }
}

/** Foreign keys that a new room violates when its account was deleted a moment ago. */
const DELETED_ACCOUNT_CONSTRAINTS = new Set(['chatrooms_user_id_fkey', 'room_counts_user_id_fkey']);

function newRoomRow(userId: string, id: string, { name, ...settings }: NewRoom, now: Date): NewRoomRow {
  return {
    id,
    userId,
    name: name ?? DEFAULT_ROOM_NAME,
    nameSource: name === null ? 'default' : 'user',
    ...settings,
    lastActivityAt: now,
    createdAt: now,
    updatedAt: now,
  };
}
