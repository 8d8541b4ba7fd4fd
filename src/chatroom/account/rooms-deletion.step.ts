import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import {
  DeletionSteps,
  type DeletionStep,
  type LeavingAccount,
} from '../../users/deletion/deletion-steps.js';
import { ChatroomListCache } from '../list-cache/chatroom-list-cache.js';

/** Deletes the rooms of a deleted account, and its list from the cache. */
@Injectable()
export class RoomsDeletionStep implements DeletionStep {
  readonly name = 'rooms';

  constructor(
    private readonly database: Database,
    private readonly listCache: ChatroomListCache,
    steps: DeletionSteps,
  ) {
    steps.register(this);
  }

  async erase({ userId }: LeavingAccount, manager: EntityManager): Promise<void> {
    await this.database.run(DELETE_ROOMS, { userId }, manager);
  }

  /** @throws CacheUnavailable */
  settle(userId: string): Promise<void> {
    return this.listCache.forget(userId);
  }
}

/** Index: chatrooms_list_idx. */
const DELETE_ROOMS = statement<{ userId: string }>(
  'account-rooms-delete',
  'delete from chatrooms where user_id = :userId',
);
