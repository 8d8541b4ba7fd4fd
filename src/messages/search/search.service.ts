import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Cursors, type Page } from '../../platform/fields/page.js';
import type { Position } from './block.js';
import { fold } from './fold.js';
import { termsOf } from './grams.js';
import type { SearchQuery, SearchResultDto } from './search.dto.js';
import { SearchRun, type Result } from './search-run.js';

/** Times are kept between 1970 and 2223, where microseconds are exact. */
const LAST_MICROS = 8e15;
/** Newer than every result. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Searches the rooms and messages of a user. */
@Injectable()
export class SearchService {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  async search(
    userId: string,
    { q, chatroom_id, role, from, to, cursor, limit }: SearchQuery,
  ): Promise<Page<SearchResultDto>> {
    const scope = `search:${userId}:${JSON.stringify([q, chatroom_id, role, from, to])}`;
    const before = cursor === undefined ? newerThan(to) : this.cursors.decode<Position>(scope, cursor);
    const terms = termsOf(fold(q));
    if (terms.length === 0) return { data: [], next_cursor: null };
    const { results, next } = await this.database.snapshot((manager) =>
      new SearchRun(this.database, manager, {
        userId,
        terms,
        before,
        limit,
        roomId: chatroom_id?.toLowerCase() ?? null,
        role: role ?? null,
        from: microsOf(from, 0),
      }).page(),
    );
    return {
      data: results.map(toResult),
      next_cursor: next && this.cursors.encode(scope, { at: next.at, id: next.id }),
    };
  }
}

/** The position before which results begin. */
const newerThan = (to: string | undefined): Position =>
  to === undefined ? { at: LAST_MICROS, id: LAST_ID } : { at: microsOf(to, LAST_MICROS), id: FIRST_ID };

function microsOf(moment: string | undefined, absent: number): number {
  if (moment === undefined) return absent;
  return Math.min(LAST_MICROS, Math.max(0, Date.parse(moment) * 1000));
}

function toResult({ room, message }: Result): SearchResultDto {
  if (message === null) return { room, message: null };
  const { id, seq, role, createdAt, text, matches } = message;
  return { room, message: { id, seq, role, created_at: createdAt.toISOString(), snippet: text, matches } };
}
