import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Bus } from '../../platform/bus/bus.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import {
  DeletionSteps,
  type DeletionStep,
  type LeavingAccount,
} from '../../users/deletion/deletion-steps.js';
import { DELETE_BLOCKS_OF_ACCOUNT } from '../search/search.statements.js';
import { deletionBatches, type RoomSize } from './deletion-batches.js';

/**
 * Deletes the messages of a deleted account, and stops the workers of its live replies after the commit. A worker that misses
 * the stop finds its claim lost at its next write.
 */
@Injectable()
export class RepliesDeletionStep implements DeletionStep {
  readonly name = 'replies';
  /** Live replies of accounts whose deletion commits at this moment, by user. */
  private readonly live = new Map<string, string[]>();

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    steps: DeletionSteps,
  ) {
    steps.register(this);
  }

  async erase({ userId }: LeavingAccount, manager: EntityManager): Promise<void> {
    const rooms = await this.database.run(LOCK_ROOMS, { userId }, manager);
    const replies = await this.database.run(LIVE_REPLIES, { userId }, manager);
    this.live.set(
      userId,
      replies.map(({ id }) => id),
    );
    await this.database.run(DELETE_BLOCKS_OF_ACCOUNT, { userId }, manager);
    for (const { roomIds, fromSeq, toSeq } of deletionBatches(rooms))
      await this.database.run(DELETE_BATCH, { roomIds, fromSeq, toSeq }, manager);
  }

  settle(userId: string): Promise<void> {
    for (const replyId of this.live.get(userId) ?? []) this.bus.wake('reply.stop', { replyId });
    this.live.delete(userId);
    return Promise.resolve();
  }
}

/** Locks rooms before their messages, the order of every transaction, so that none deadlock. Index: chatrooms_list_idx. */
const LOCK_ROOMS = statement<{ userId: string }, RoomSize>(
  'account-room-sizes',
  'select id, message_count as size from chatrooms where user_id = :userId order by id for update',
);
/** Index: messages_live_of_user_idx. */
const LIVE_REPLIES = statement<{ userId: string }, { id: string }>(
  'account-live-replies',
  'select id from messages where user_id = :userId and completed_at is null',
);
/** Messages that arrive meanwhile are deleted with their room. Index: messages_chatroom_id_seq_key. */
const DELETE_BATCH = statement<{ roomIds: string[]; fromSeq: number; toSeq: number }>(
  'account-messages-delete',
  'delete from messages where chatroom_id = any(:roomIds::uuid[]) and seq between :fromSeq and :toSeq',
);
