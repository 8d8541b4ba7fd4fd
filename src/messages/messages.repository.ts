import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../platform/database/database.js';
import type { Message } from './message.entity.js';

/** A message's columns under the entity's names. */
export const MESSAGE_COLUMNS = `
  m.id, m.chatroom_id as "chatroomId", m.user_id as "userId", m.seq, m.parent_id as "parentId", m.role, m.content,
  m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.model, m.prompt_tokens as "promptTokens",
  m.output_tokens as "outputTokens", m.thought_tokens as "thoughtTokens", m.cached_tokens as "cachedTokens", m.attempt,
  m.generation, m.failures, m.put_offs as "putOffs", m.in_reply_to as "inReplyTo", m.active, m.refused, m.charged_on::text as "chargedOn",
  m.turn_at as "turnAt", m.lease_until as "leaseUntil", m.next_attempt_at as "nextAttemptAt",
  m.stop_requested_at as "stopRequestedAt", m.created_at as "createdAt", m.completed_at as "completedAt"`;

/**
 * A page of a room: the room's row tells whether it is the caller's, the lateral join reads just the page.
 * Indexes: chatrooms_pkey, messages_chatroom_id_seq_key.
 */
const page = (name: string, range: string, order: 'asc' | 'desc'): Statement => ({
  name,
  text: `
    select ${MESSAGE_COLUMNS}
    from chatrooms r
    left join lateral (
      select * from messages where chatroom_id = r.id and ${range} order by seq ${order} limit $4
    ) m on true
    where r.id = $2 and r.user_id = $1
    order by m.seq ${order}`,
});
const NEWEST_BEFORE = page('messages-newest-before', 'seq < $3', 'desc');
const OLDEST_AFTER = page('messages-oldest-after', 'seq > $3', 'asc');

/** Index: messages_pkey. */
const ONE: Statement = {
  name: 'message-one',
  text: `select ${MESSAGE_COLUMNS} from messages m where m.id = $3 and m.chatroom_id = $2 and m.user_id = $1`,
};

/** A reply with the message that it answers, the message first. Index: messages_pkey, twice. */
const EXCHANGE: Statement = {
  name: 'message-exchange',
  text: `
    select ${MESSAGE_COLUMNS}
    from messages reply join messages m on m.id in (reply.id, reply.in_reply_to)
    where reply.id = $2 and reply.user_id = $1 and reply.role = 'model'
    order by m.role desc`,
};

/** Whoever reads these was shown them as their owner. Index: messages_pkey. */
const MANY: Statement = {
  name: 'message-many',
  text: `select ${MESSAGE_COLUMNS} from messages m where m.id = any($1::uuid[])`,
};

/** Greater than every seq: a page from the newest on. */
const NO_LIMIT_SEQ = 2_147_483_647;

/** Reads messages; every read that answers a request names the owner. */
@Injectable()
export class MessagesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, before `beforeSeq`; null when the room is not this user's. */
  newestBefore(
    userId: string,
    roomId: string,
    beforeSeq: number | null,
    take: number,
  ): Promise<Message[] | null> {
    return this.page(NEWEST_BEFORE, [userId, roomId, beforeSeq ?? NO_LIMIT_SEQ, take]);
  }

  /** Oldest first, after `afterSeq`; null when the room is not this user's. */
  oldestAfter(userId: string, roomId: string, afterSeq: number, take: number): Promise<Message[] | null> {
    return this.page(OLDEST_AFTER, [userId, roomId, afterSeq, take]);
  }

  async findOwned(userId: string, roomId: string, messageId: string): Promise<Message | null> {
    const [message] = await this.database.run<Message>(ONE, [userId, roomId, messageId]);
    return message ?? null;
  }

  /** For streams that are open already. */
  findMany(ids: string[]): Promise<Message[]> {
    return this.database.run<Message>(MANY, [ids]);
  }

  /** A reply of the owner with the message that it answers; null when it is gone or not the owner's. */
  async findExchange(userId: string, replyId: string): Promise<{ message: Message; reply: Message } | null> {
    const [message, reply] = await this.database.run<Message>(EXCHANGE, [userId, replyId]);
    return message && reply ? { message, reply } : null;
  }

  private async page(statement: Statement, values: unknown[]): Promise<Message[] | null> {
    const rows = await this.database.run<Message>(statement, values);
    if (rows.length === 0) return null;
    // The room without messages is one row of nulls.
    return rows[0]!.id === null ? [] : rows;
  }
}
