import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { busNotify } from '../platform/bus/bus.js';
import { Database, type Statement } from '../platform/database/database.js';
import { DeletionSteps, type DeletionStep, type LeavingAccount } from '../users/deletion/deletion-steps.js';

/** Rows that one statement deletes: far from the statement timeout, however long the history is. */
const BATCH = 20_000;

/** Of a deleted account: whoever makes a reply for it stops at once, and all that was said goes. */
@Injectable()
export class RepliesDeletionStep implements DeletionStep {
  readonly name = 'replies';

  constructor(
    private readonly database: Database,
    steps: DeletionSteps,
  ) {
    steps.register(this);
  }

  async erase({ userId }: LeavingAccount, manager: EntityManager): Promise<void> {
    await this.database.run(LET_STOP, [userId], manager);
    let deleted: number;
    do {
      deleted = (await this.database.run(DELETE_SOME, [userId, BATCH], manager)).length;
    } while (deleted === BATCH);
  }
}

/** Heard when the account is gone: then nothing of theirs can be written any more. Index: messages_live_of_user_idx. */
const LET_STOP: Statement = {
  name: 'account-replies-stop',
  text: `select ${busNotify('reply.stop', "json_build_object('replyId', id)")} from messages
         where user_id = $1 and completed_at is null`,
};
/** Indexes: chatrooms_list_idx, messages_chatroom_id_seq_key. */
const DELETE_SOME: Statement = {
  name: 'account-messages-delete',
  text: `delete from messages where id in (
           select m.id from chatrooms r join messages m on m.chatroom_id = r.id where r.user_id = $1 limit $2
         ) returning 1`,
};
