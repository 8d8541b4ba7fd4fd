import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { messageColumns, ON_PATH } from '../message.columns.js';
import type { Feedback, Message } from '../message.entity.js';
import type { OwnedReply } from '../replies/reply-actions.statements.js';

/** Writes feedback into the row of its reply, so that every read, the export and every deletion include it. */
@Injectable()
export class FeedbackRepository {
  constructor(private readonly database: Database) {}

  /**
   * @param feedback null removes it
   * @returns the reply; null when it is not the user's, or not a reply
   */
  set(reply: OwnedReply, feedback: Feedback | null): Promise<Message | null> {
    return this.database.one(SET, { ...reply, feedback: feedback && JSON.stringify(feedback) });
  }
}

/** Indexes: messages_pkey, chatrooms_pkey. */
const SET = statement<OwnedReply & { feedback: string | null }, Message>(
  'message-set-feedback',
  `
    update messages m set feedback = :feedback::jsonb
    from chatrooms r
    where r.id = m.chatroom_id and m.id = :replyId and m.chatroom_id = :roomId and m.user_id = :userId and m.role = 'model'
    returning ${messageColumns(ON_PATH)}`,
);
