import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { newId } from '../../platform/crypto/id.js';
import { Database } from '../../platform/database/database.js';
import { Sweeper } from '../../platform/maintenance/sweeper.js';
import { BLOCK_MESSAGES, BlockBuilder, packMembers, unpackMembers } from './block.js';
import { fold } from './fold.js';
import { fieldGram, gramsOf } from './grams.js';
import {
  DELETE_BLOCK,
  IS_LONG,
  KEEP_ROOMS,
  KEEP_USER,
  NEXT_DUE,
  NOT_DUE,
  PUT_BLOCK,
  TAKE_STALE,
  TAKE_TAIL,
  TEXTS,
  TRY_LOCK,
} from './search.statements.js';

const SWEEP_MS = 5000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Makes blocks of long tails, and makes blocks again whose rooms were deleted. Each block is one transaction, so a crash loses nothing
 * and a search sees a message in the tail or in a block. If workers are down, tails grow and searches become slower.
 */
@Injectable()
export class SearchBlocks extends Sweeper {
  constructor(private readonly database: Database) {
    super(SWEEP_MS);
  }

  override async sweep(): Promise<void> {
    await this.renewStale().catch(this.warn);
    await this.shortenTails().catch(this.warn);
  }

  private async renewStale(): Promise<void> {
    while (!this.isStopping && (await this.database.tx((manager) => this.renewOne(manager))));
  }

  private async shortenTails(): Promise<void> {
    for (let after = FIRST_ID; !this.isStopping;) {
      const due = await this.database.one(NEXT_DUE, { after });
      if (!due) return;
      after = due.userId;
      await this.shortenTail(due.userId).catch(this.warn);
    }
  }

  /** The user stays due until the tail is short, so that a crash loses nothing. */
  private async shortenTail(userId: string): Promise<void> {
    for (let state = 'long'; state === 'long' && !this.isStopping;) {
      state = await this.database.tx((manager) => this.shorten(userId, manager));
      if (state === 'short') await this.database.run(NOT_DUE, { userId });
    }
  }

  /** Makes one block, if the tail is long. `busy`: another worker makes blocks of this user. */
  private async shorten(userId: string, manager: EntityManager): Promise<'long' | 'short' | 'busy'> {
    const lock = await this.database.one(TRY_LOCK, { userId }, manager);
    if (!lock?.locked) return 'busy';
    if (!(await this.database.one(KEEP_USER, { userId }, manager))) return 'short';
    const tail = await this.database.one(IS_LONG, { userId, rows: BLOCK_MESSAGES }, manager);
    if (!tail?.isLong) return 'short';
    const taken = await this.database.run(TAKE_TAIL, { userId, limit: BLOCK_MESSAGES }, manager);
    const ids = taken.map(({ id }) => id);
    await this.put(newId(), userId, ids, manager);
    return ids.length > 0 ? 'long' : 'short';
  }

  private async renewOne(manager: EntityManager): Promise<boolean> {
    const block = await this.database.one(TAKE_STALE, {}, manager);
    if (!block) return false;
    const ids = unpackMembers(block.members).map(({ id }) => id);
    await this.put(block.id, block.userId, ids, manager);
    return true;
  }

  /** Writes the block of those messages that exist; without any the block goes. */
  private async put(id: string, userId: string, ids: string[], manager: EntityManager): Promise<void> {
    const texts = await this.database.run(TEXTS, { userId, ids }, manager);
    const [oldest, newest] = [texts[0], texts.at(-1)];
    if (!oldest || !newest) {
      await this.database.run(DELETE_BLOCK, { id }, manager);
      return;
    }
    const builder = new BlockBuilder();
    for (const { content, roomId, role } of texts) {
      const ofMessage = gramsOf(fold(content));
      for (const field of [roomId, role]) ofMessage.add(fieldGram(field));
      builder.add(ofMessage);
      // A long text takes milliseconds; requests of this process go on in between.
      await nextTurn();
    }
    const rooms = [...new Set(texts.map(({ roomId }) => roomId))];
    const kept = await this.database.run(KEEP_ROOMS, { rooms }, manager);
    await this.database.run(
      PUT_BLOCK,
      {
        id,
        userId,
        newestAt: newest.at,
        newestId: newest.id,
        oldestAt: oldest.at,
        rooms,
        stale: kept.length < rooms.length,
        members: packMembers(texts),
        ...builder.build(),
      },
      manager,
    );
  }
}
