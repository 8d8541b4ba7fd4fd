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
    await this.database.run(LET_STOP, { userId }, manager);
    const rooms = await this.database.run(ROOMS, { userId }, manager);
    for (const { roomIds, fromSeq, toSeq } of deletionBatches(rooms))
      await this.database.run(DELETE_BATCH, { roomIds, fromSeq, toSeq }, manager);
  }
}

/** Heard when the account is gone: then nothing of theirs can be written any more. Index: messages_live_of_user_idx. */
const LET_STOP = statement<{ userId: string }>(
  'account-replies-stop',
  `select ${busNotify('reply.stop', "json_build_object('replyId', id)")} from messages
         where user_id = :userId and completed_at is null`,
);
/** Held from here on: a room before its messages, as everybody does, lest two wait for each other. Index: chatrooms_list_idx. */
const ROOMS = statement<{ userId: string }, RoomSize>(
  'account-room-sizes',
  'select id, message_count as size from chatrooms where user_id = :userId order by id for update',
);
/** What is said meanwhile goes with its room. Index: messages_chatroom_id_seq_key. */
const DELETE_BATCH = statement<{ roomIds: string[]; fromSeq: number; toSeq: number }>(
  'account-messages-delete',
  'delete from messages where chatroom_id = any(:roomIds::uuid[]) and seq between :fromSeq and :toSeq',
);
