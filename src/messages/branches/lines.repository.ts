import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { ACTIVE_PATH, IS_ON_ACTIVE_PATH, messageColumns, OWNED_ROOM } from '../message.columns.js';
import type { Message } from '../message.entity.js';
import { withoutNone, type NoMessage } from '../messages.repository.js';

/**
 * A page of a line of messages, from one message towards the first of the room; by default from the room's active leaf. The
 * cost is that of the page: one look-up by key a message (`limit 1` keeps PostgreSQL from joining the whole table).
 * Indexes: chatrooms_pkey, messages_pkey; in a room with branches also those of message_branches.
 */
const LINE = statement<
  { userId: string; roomId: string; fromId: string | null; limit: number },
  Message | NoMessage
>(
  'messages-line',
  `
    with recursive ${OWNED_ROOM},${ACTIVE_PATH},
    line as (
      select m.*, 1 as place from room join messages m on m.id = coalesce(:fromId::uuid, room.tail_id) and m.chatroom_id = room.id
      union all
      select parent.*, line.place + 1
      from line cross join lateral (select * from messages where id = line.parent_id limit 1) parent
      where line.place < :limit and parent.chatroom_id = line.chatroom_id
    )
    select ${messageColumns(IS_ON_ACTIVE_PATH)} from room r left join line m on true order by m.place`,
);

/** A message of a line: its number, and the id of the one before it. */
export interface LineRow {
  seq: number;
  /** null: the first message of the room. */
  parentId: string | null;
}

/** The numbers of a line of messages, as {@link LINE}. Indexes: chatrooms_pkey, messages_pkey. */
const LINE_SEQS = statement<
  { userId: string; roomId: string; fromId: string | null; limit: number },
  LineRow | { seq: null }
>(
  'messages-line-seqs',
  `
    with recursive ${OWNED_ROOM},
    line as (
      select m.chatroom_id, m.seq, m.parent_id, 1 as place
      from room join messages m on m.id = coalesce(:fromId::uuid, room.tail_id) and m.chatroom_id = room.id
      union all
      select parent.chatroom_id, parent.seq, parent.parent_id, line.place + 1
      from line cross join lateral (select * from messages where id = line.parent_id limit 1) parent
      where line.place < :limit and parent.chatroom_id = line.chatroom_id
    )
    select line.seq, line.parent_id as "parentId" from room left join line on true order by line.place`,
);

/** Messages by their numbers, oldest first. Indexes: those of a page of the room. */
const WITH_SEQS = statement<{ userId: string; roomId: string; seqs: number[] }, Message | NoMessage>(
  'messages-with-seqs',
  `
    with recursive ${OWNED_ROOM},${ACTIVE_PATH}
    select ${messageColumns(IS_ON_ACTIVE_PATH)}
    from room r left join messages m on m.chatroom_id = r.id and m.seq = any(:seqs::int[])
    order by m.seq`,
);

/** Reads lines of messages: a message, what it continues, and so on to the first message of the room. */
@Injectable()
export class LinesRepository {
  constructor(private readonly database: Database) {}

  /**
   * A line of messages towards the first of the room, newest first.
   * @param fromId its newest message; null: the active leaf
   * @returns null when the room does not belong to the user
   */
  async page(userId: string, roomId: string, fromId: string | null, take: number): Promise<Message[] | null> {
    return withoutNone(await this.database.run(LINE, { userId, roomId, fromId, limit: take }));
  }

  /** The numbers of a line, as {@link page}; null when the room does not belong to the user. */
  async seqs(userId: string, roomId: string, fromId: string | null, take: number): Promise<LineRow[] | null> {
    const rows = await this.database.run(LINE_SEQS, { userId, roomId, fromId, limit: take });
    return rows.length === 0 ? null : rows.filter((row) => row.seq !== null);
  }

  /** Messages by their numbers, oldest first; null when the room does not belong to the user. */
  async withSeqs(userId: string, roomId: string, seqs: number[]): Promise<Message[] | null> {
    return withoutNone(await this.database.run(WITH_SEQS, { userId, roomId, seqs }));
  }
}
