import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import {
  DeletionSteps,
  type DeletionStep,
  type LeavingAccount,
} from '../../users/deletion/deletion-steps.js';
import { deletionBatches, type RoomSize } from './deletion-batches.js';

/** Deletes the messages of a deleted account. Workers find their claims lost at the next write, within a second. */
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
    const rooms = await this.database.run(LOCK_ROOMS, { userId }, manager);
    for (const { roomIds, fromSeq, toSeq } of deletionBatches(rooms))
      await this.database.run(DELETE_BATCH, { roomIds, fromSeq, toSeq }, manager);
  }
}

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
