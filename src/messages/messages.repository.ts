import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { statement, type ParametersOf } from '../platform/database/statement.js';
import type { Message } from './message.entity.js';
import { ACTIVE_PATH, IS_ON_ACTIVE_PATH, messageColumns, ON_PATH, OWNED_ROOM } from './message.columns.js';

/** The one row of a room without messages. */
export interface NoMessage {
  id: null;
}

/**
 * A page of a room's messages: the room's row proves the ownership, the lateral join reads only the page.
 * Indexes: chatrooms_pkey, messages_chatroom_id_seq_key; in a room with branches also those of message_branches.
 */
const page = (name: string, range: string, order: 'asc' | 'desc') =>
  statement<{ userId: string; roomId: string; seq: number; limit: number }, Message | NoMessage>(
    name,
    `
    with recursive ${OWNED_ROOM},${ACTIVE_PATH}
    select ${messageColumns(IS_ON_ACTIVE_PATH)}
    from room r
    left join lateral (
      select * from messages where chatroom_id = r.id and ${range} order by seq ${order} limit :limit
    ) m on true
    order by m.seq ${order}`,
  );
const NEWEST_BEFORE = page('messages-newest-before', 'seq < :seq', 'desc');
const OLDEST_AFTER = page('messages-oldest-after', 'seq > :seq', 'asc');

/** Index: messages_pkey, chatrooms_pkey. */
const ONE = statement<{ userId: string; roomId: string; messageId: string }, Message>(
  'message-one',
  `select ${messageColumns(ON_PATH)} from messages m join chatrooms r on r.id = m.chatroom_id
   where m.id = :messageId and m.chatroom_id = :roomId and m.user_id = :userId`,
);

/**
 * The running or next reply of a room: replies run in the order of their messages. A room without one gives a row of nulls.
 * Indexes: chatrooms_pkey, messages_live_idx.
 */
const LIVE_IN_ROOM = statement<{ userId: string; roomId: string }, Message | NoMessage>(
  'message-live-in-room',
  `
    select ${messageColumns(ON_PATH)}
    from chatrooms r
    left join lateral (
      select * from messages where chatroom_id = r.id and completed_at is null order by seq limit 1
    ) m on true
    where r.id = :roomId and r.user_id = :userId`,
);

/** A reply and the message that it answers, the message first. Indexes: messages_pkey, twice, chatrooms_pkey. */
const EXCHANGE = statement<{ userId: string; replyId: string }, Message>(
  'message-exchange',
  `
    select ${messageColumns(ON_PATH)}
    from messages reply join messages m on m.id in (reply.id, reply.in_reply_to) join chatrooms r on r.id = reply.chatroom_id
    where reply.id = :replyId and reply.user_id = :userId and reply.role = 'model'
    order by m.role desc`,
);

/** Without the owner: only for streams, whose opening has checked it. Indexes: messages_pkey, chatrooms_pkey. */
const MANY = statement<{ ids: string[] }, Message>(
  'message-many',
  `select ${messageColumns(ON_PATH)} from messages m join chatrooms r on r.id = m.chatroom_id where m.id = any(:ids::uuid[])`,
);

/** Greater than every seq: the page starts with the newest message. */
const NO_LIMIT_SEQ = 2_147_483_647;

/** Reads messages. Every read for a request takes the owner's id. */
@Injectable()
export class MessagesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, before `beforeSeq`; null when the room does not belong to the user. */
  newestBefore(
    userId: string,
    roomId: string,
    beforeSeq: number | null,
    take: number,
  ): Promise<Message[] | null> {
    return this.page(NEWEST_BEFORE, { userId, roomId, seq: beforeSeq ?? NO_LIMIT_SEQ, limit: take });
  }

  /** Oldest first, after `afterSeq`; null when the room does not belong to the user. */
  oldestAfter(userId: string, roomId: string, afterSeq: number, take: number): Promise<Message[] | null> {
    return this.page(OLDEST_AFTER, { userId, roomId, seq: afterSeq, limit: take });
  }

  async findOwned(userId: string, roomId: string, messageId: string): Promise<Message | null> {
    return this.database.one(ONE, { userId, roomId, messageId });
  }

  /** The first live reply of a room, if any; null when the room does not belong to the user. */
  async findLive(userId: string, roomId: string): Promise<Message[] | null> {
    return withoutNone(await this.database.run(LIVE_IN_ROOM, { userId, roomId }));
  }

  /** For open streams. */
  findMany(ids: string[]): Promise<Message[]> {
    return this.database.run(MANY, { ids });
  }

  /** A reply with the message that it answers; null when it is deleted or belongs to another user. */
  async findExchange(userId: string, replyId: string): Promise<{ message: Message; reply: Message } | null> {
    const [message, reply] = await this.database.run(EXCHANGE, { userId, replyId });
    return message && reply ? { message, reply } : null;
  }

  private async page(
    statement: typeof NEWEST_BEFORE,
    parameters: ParametersOf<typeof NEWEST_BEFORE>,
  ): Promise<Message[] | null> {
    return withoutNone(await this.database.run(statement, parameters));
  }
}

/** The messages among the rows of a room; null without a row: the room is not the caller's. */
export const withoutNone = (rows: (Message | NoMessage)[]): Message[] | null =>
  rows.length === 0 ? null : rows.filter((row) => row.id !== null);
