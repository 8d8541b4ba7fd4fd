import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';

/** The sessions table. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  /** Primary key sessions_pkey. */
  async isLive(sessionId: string, now: Date): Promise<boolean> {
    const rows = await this.database.run(IS_LIVE, [sessionId, now]);
    return rows.length === 1;
  }

  /** Notes that something issued with this generation was used; false when the session has ended. Primary key. */
  async markUsed(sessionId: string, generation: number, now: Date): Promise<boolean> {
    const rows = await this.database.run(MARK_USED, [sessionId, generation, now]);
    return rows.length === 1;
  }

  /** Ids of the sessions that ended since then. Index sessions_ended_at_idx. */
  async endedSince(since: Date): Promise<string[]> {
    const rows = await this.database.run<{ id: string }>(ENDED_SINCE, [since]);
    return rows.map(({ id }) => id);
  }
}

const IS_LIVE = {
  name: 'session-is-live',
  text: 'select 1 from sessions where id = $1 and ended_at is null and expires_at > $2',
};
const MARK_USED = {
  name: 'session-mark-used',
  text: `update sessions set used_generation = greatest(used_generation, $2), last_used_at = greatest(last_used_at, $3)
         where id = $1 and ended_at is null and expires_at > $3
         returning 1`,
};
const ENDED_SINCE = {
  name: 'sessions-ended-since',
  text: 'select id from sessions where ended_at > $1',
};
