import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { newId } from '../../platform/crypto/id.js';
import { Database } from '../../platform/database/database.js';
import { Sweeper } from '../../platform/maintenance/sweeper.js';
import { BLOCK_MESSAGES, buildBlock, packMembers, unpackMembers } from './block.js';
import { fold } from './fold.js';
import { fieldGram, gramsOf } from './grams.js';
import {
  DELETE_BLOCK,
  IS_LONG,
  KEEP_USER,
  MAKE_DUE,
  PUT_BLOCK,
  TAKE_DUE,
  TAKE_STALE,
  TAKE_TAIL,
  TEXTS,
  TRY_LOCK,
} from './search.statements.js';

const SWEEP_MS = 5000;

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
    while (!this.isStopping) {
      const due = await this.database.one(TAKE_DUE, {});
      if (!due) return;
      let isLong = true;
      try {
        while (isLong && !this.isStopping)
          isLong = await this.database.tx((manager) => this.shorten(due.userId, manager));
      } finally {
        if (isLong) await this.database.run(MAKE_DUE, due);
      }
    }
  }

  /** @returns whether a block was made, so that there may be another */
  private async shorten(userId: string, manager: EntityManager): Promise<boolean> {
    const lock = await this.database.one(TRY_LOCK, { userId }, manager);
    if (!lock?.locked) return false;
    if (!(await this.database.one(KEEP_USER, { userId }, manager))) return false;
    const tail = await this.database.one(IS_LONG, { userId, rows: BLOCK_MESSAGES }, manager);
    if (!tail?.isLong) return false;
    const taken = await this.database.run(TAKE_TAIL, { userId, limit: BLOCK_MESSAGES }, manager);
    const ids = taken.map(({ id }) => id);
    await this.put(newId(), userId, ids, manager);
    return ids.length > 0;
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
    const grams: Set<number>[] = [];
    for (const { content, roomId, role } of texts) {
      const ofMessage = gramsOf(fold(content));
      for (const field of [roomId, role]) ofMessage.add(fieldGram(field));
      grams.push(ofMessage);
      // A long text takes milliseconds; requests of this process go on in between.
      await nextTurn();
    }
    await this.database.run(
      PUT_BLOCK,
      {
        id,
        userId,
        newestAt: newest.at,
        newestId: newest.id,
        oldestAt: oldest.at,
        rooms: [...new Set(texts.map(({ roomId }) => roomId))],
        members: packMembers(texts),
        ...buildBlock(grams),
      },
      manager,
    );
  }
}
