import { Injectable } from '@nestjs/common';
import { columnsOf } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Message, type ReplyState } from '../../messages/message.entity.js';

/** A reply without its text. */
export type AdminReplyRow = Pick<Message, (typeof REPLY_FIELDS)[number]>;
const REPLY_FIELDS = [
  'id',
  'userId',
  'chatroomId',
  'seq',
  'status',
  'errorCode',
  'finishReason',
  'provider',
  'model',
  'attempt',
  'generation',
  'failures',
  'chargedOn',
  'createdAt',
  'completedAt',
] as const satisfies (keyof Message)[];

/** Replies of all users, for operators. */
@Injectable()
export class AdminRepliesRepository {
  constructor(private readonly database: Database) {}

  async find(replyId: string): Promise<AdminReplyRow | null> {
    return this.database.one(FIND, { id: replyId });
  }

  /** Newest first. */
  list(
    status: ReplyState,
    userId: string | null,
    before: string | null,
    limit: number,
  ): Promise<AdminReplyRow[]> {
    const page = { status, before, limit };
    return userId === null
      ? this.database.run(LISTS[status], page)
      : this.database.run(OF_USER, { ...page, userId });
  }
}

const COLUMNS = columnsOf(Message, 'm', REPLY_FIELDS);

interface RepliesPage {
  status: ReplyState;
  before: string | null;
  limit: number;
}

const FIND = statement<{ id: string }, AdminReplyRow>(
  'admin-reply',
  `select ${COLUMNS} from messages m where id = :id and role = 'model'`,
);

/** @param where the index's own condition: PostgreSQL must see it in the statement's text, not in a parameter */
const list = (name: string, where: string) =>
  statement<RepliesPage, AdminReplyRow>(
    `admin-replies-${name}`,
    `
    select ${COLUMNS} from messages m
    where role = 'model' and ${where} and status = :status and (:before::uuid is null or id < :before)
    order by id desc limit :limit`,
  );
/** Index messages_live_idx: few rows, regardless of the number of messages. */
const LIVE = list('live', 'completed_at is null');
/** Most replies are complete: index messages_pkey, from its end. */
const COMPLETED = list('completed', `finish_reason = 'stop'`);
/** Index messages_ended_otherwise_idx: 3 ms with 500,000 messages, of which 3,000 ended otherwise. */
const ENDED_OTHERWISE = list('otherwise', `finish_reason <> 'stop'`);

/**
 * By the user's rooms: indexes chatrooms_list_idx, messages_chatroom_id_seq_key. Materialized, because with the limit the
 * planner would otherwise scan all users' messages from the newest on.
 */
const OF_USER = statement<RepliesPage & { userId: string }, AdminReplyRow>(
  'admin-replies-of-user',
  `
    with theirs as materialized (
      select m.* from chatrooms r join messages m on m.chatroom_id = r.id
      where r.user_id = :userId and m.role = 'model' and m.status = :status and (:before::uuid is null or m.id < :before)
    )
    select ${COLUMNS} from theirs m order by id desc limit :limit`,
);

const LISTS: Record<ReplyState, typeof LIVE> = {
  queued: LIVE,
  streaming: LIVE,
  retrying: LIVE,
  completed: COMPLETED,
  truncated: ENDED_OTHERWISE,
  blocked: ENDED_OTHERWISE,
  stopped: ENDED_OTHERWISE,
  failed: ENDED_OTHERWISE,
};
