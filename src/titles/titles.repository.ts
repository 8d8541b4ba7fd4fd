import { Injectable } from '@nestjs/common';
import type { NameSource } from '../chatroom/chatroom.entity.js';
import { Database } from '../platform/database/database.js';
import { statement } from '../platform/database/statement.js';

/** The first completed exchange of a room. */
export interface FirstExchange {
  message: string;
  answer: string;
}

/** Sources of a name that a title may replace: the owner has given none, and no model either. */
const REPLACEABLE_SOURCES: readonly NameSource[] = ['default', 'message'];
const REPLACEABLE = `room.name_source in (${REPLACEABLE_SOURCES.map((source) => `'${source}'`).join(', ')})`;

export const isReplaceable = (source: NameSource): boolean => REPLACEABLE_SOURCES.includes(source);

/** Indexes: messages_pkey, chatrooms_pkey, messages_chatroom_id_seq_key up to the reply. */
export const FIRST_EXCHANGE = statement<{ replyId: string }, FirstExchange>(
  'title-first-exchange',
  `
    select question.content as message, reply.content as answer
    from messages reply
    join messages question on question.id = reply.in_reply_to
    join chatrooms room on room.id = reply.chatroom_id
    where reply.id = :replyId and reply.status = 'completed' and ${REPLACEABLE}
      and not exists (select from messages earlier
                      where earlier.chatroom_id = reply.chatroom_id and earlier.seq < reply.seq
                        and earlier.role = 'model' and earlier.status = 'completed')`,
);

/** Indexes: messages_pkey, chatrooms_pkey. */
export const NAME_ROOM = statement<
  { replyId: string; name: string; now: Date },
  { roomId: string; userId: string }
>(
  'title-name-room',
  `
    update chatrooms room
    set name = :name, name_source = 'model', updated_at = greatest(:now, room.updated_at)
    from messages reply
    where reply.id = :replyId and room.id = reply.chatroom_id and ${REPLACEABLE}
    returning room.id as "roomId", room.user_id as "userId"`,
);

/** Reads the exchange that a title is written from, and names the room. The owner of the reply is the owner of the room. */
@Injectable()
export class TitlesRepository {
  constructor(private readonly database: Database) {}

  /** null: the room has a name by its owner, an earlier reply was completed, or the room was deleted. */
  findFirstExchange(replyId: string): Promise<FirstExchange | null> {
    return this.database.one(FIRST_EXCHANGE, { replyId });
  }

  /** @returns the room; null when its owner has named or deleted it meanwhile */
  nameRoom(replyId: string, name: string, now: Date): Promise<{ roomId: string; userId: string } | null> {
    return this.database.one(NAME_ROOM, { replyId, name, now });
  }
}
