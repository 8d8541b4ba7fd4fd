import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import type { Message, ReplyState } from '../../messages/message.entity.js';

/** A reply without its text. */
export type AdminReplyRow = Pick<
  Message,
  | 'id'
  | 'userId'
  | 'chatroomId'
  | 'seq'
  | 'status'
  | 'errorCode'
  | 'finishReason'
  | 'model'
  | 'attempt'
  | 'generation'
  | 'failures'
  | 'chargedOn'
  | 'createdAt'
  | 'completedAt'
>;

/** Replies as operators see them, whoever owns them. */
@Injectable()
export class AdminRepliesRepository {
  constructor(private readonly database: Database) {}

  async find(replyId: string): Promise<AdminReplyRow | null> {
    return (await this.database.run<AdminReplyRow & object>(FIND, [replyId]))[0] ?? null;
  }

  /** Newest first. */
  list(
    status: ReplyState,
    userId: string | null,
    before: string | null,
    limit: number,
  ): Promise<AdminReplyRow[]> {
    const values = [status, before, limit];
    return userId === null
      ? this.database.run<AdminReplyRow & object>(LISTS[status], values)
      : this.database.run<AdminReplyRow & object>(OF_USER, [...values, userId]);
  }
}

const COLUMNS = `id, user_id as "userId", chatroom_id as "chatroomId", seq, status, error_code as "errorCode",
  finish_reason as "finishReason", model, attempt, generation, failures, charged_on::text as "chargedOn",
  created_at as "createdAt", completed_at as "completedAt"`;

const FIND: Statement = {
  name: 'admin-reply',
  text: `select ${COLUMNS} from messages where id = $1 and role = 'model'`,
};

/** @param where what the index holds, in its own words: PostgreSQL must see it in the statement, not in a parameter */
const list = (name: string, where: string): Statement => ({
  name: `admin-replies-${name}`,
  text: `
    select ${COLUMNS} from messages
    where role = 'model' and ${where} and status = $1 and ($2::uuid is null or id < $2)
    order by id desc limit $3`,
});
/** Index messages_live_idx: few, however many messages there are. */
const LIVE = list('live', 'completed_at is null');
/** Most of all messages are this: index messages_pkey, from its end. */
const WHOLE = list('whole', `finish_reason = 'stop'`);
/** Index messages_ended_otherwise_idx: 3 ms among 500,000 messages, of which 3,000 did. */
const OTHERWISE = list('otherwise', `finish_reason <> 'stop'`);

/**
 * Through the person's rooms: indexes chatrooms_list_idx, messages_chatroom_id_seq_key. Materialised, because of the limit
 * the planner would otherwise rather look through everybody's, from the newest on.
 */
const OF_USER: Statement = {
  name: 'admin-replies-of-user',
  text: `
    with theirs as materialized (
      select m.* from chatrooms r join messages m on m.chatroom_id = r.id
      where r.user_id = $4 and m.role = 'model' and m.status = $1 and ($2::uuid is null or m.id < $2)
    )
    select ${COLUMNS} from theirs order by id desc limit $3`,
};

const LISTS: Record<ReplyState, Statement> = {
  queued: LIVE,
  streaming: LIVE,
  retrying: LIVE,
  completed: WHOLE,
  truncated: OTHERWISE,
  blocked: OTHERWISE,
  stopped: OTHERWISE,
  failed: OTHERWISE,
};
