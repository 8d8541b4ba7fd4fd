import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { busNotify } from '../../platform/bus/bus.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import {
  DeletionSteps,
  type DeletionStep,
  type LeavingAccount,
} from '../../users/deletion/deletion-steps.js';
import { deletionBatches, type RoomSize } from './deletion-batches.js';

/** Stops the running replies of a deleted account, and deletes its messages. */
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
    await this.database.run(NOTIFY_STOP, { userId }, manager);
    const rooms = await this.database.run(LOCK_ROOMS, { userId }, manager);
    for (const { roomIds, fromSeq, toSeq } of deletionBatches(rooms))
      await this.database.run(DELETE_BATCH, { roomIds, fromSeq, toSeq }, manager);
  }
}

/** Delivered at the commit, when the rows are gone and no worker can write. Index: messages_live_of_user_idx. */
const NOTIFY_STOP = statement<{ userId: string }>(
  'account-replies-stop',
  `select ${busNotify('reply.stop', "json_build_object('replyId', id)")} from messages
         where user_id = :userId and completed_at is null`,
);
/** Locks rooms before their messages, the order of every transaction, so that none deadlock. Index: chatrooms_list_idx. */
const LOCK_ROOMS = statement<{ userId: string }, RoomSize>(
  'account-room-sizes',
  'select id, message_count as size from chatrooms where user_id = :userId order by id for update',
);
/** Messages that arrive meanwhile are deleted with their room. Index: messages_chatroom_id_seq_key. */
const DELETE_BATCH = statement<{ roomIds: string[]; fromSeq: number; toSeq: number }>(
  'account-messages-delete',
  'delete from messages where chatroom_id = any(:roomIds::uuid[]) and seq between :fromSeq and :toSeq',
);
