import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { busNotify } from '../../platform/bus/bus.js';
import { Database } from '../../platform/database/database.js';
import { PURGE_BATCH, purgeInBatches } from '../../platform/maintenance/chores.js';
import { Session } from './session.entity.js';

/** The sessions table. Whatever ends a session tells every process in the same statement. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  /** Past {@link MAX_SESSIONS} the oldest ends. Index sessions_user_id_idx. */
  async insert(session: Session, manager: EntityManager): Promise<void> {
    await manager.getRepository(Session).insert(session);
    await this.database.run(END_OLDEST, [session.userId, session.createdAt], manager);
  }

  /** Primary key sessions_pkey. */
  async isLive(sessionId: string, now: Date): Promise<boolean> {
    return (await this.database.run(IS_LIVE, [sessionId, now])).length === 1;
  }

  /** Notes that something issued with this generation was used; false when the session has ended. Primary key. */
  async markUsed(sessionId: string, generation: number, now: Date): Promise<boolean> {
    return (await this.database.run(MARK_USED, [sessionId, generation, now])).length === 1;
  }

  /** The live session of a refresh token, locked: refreshes of one session happen one after the other. Primary keys. */
  async lockLive(sessionId: string, now: Date, manager: EntityManager): Promise<Session | null> {
    const [row] = await this.database.run<Session>(LOCK_LIVE, [sessionId, now], manager);
    return row ?? null;
  }

  /** Primary key. */
  async rotate(
    session: Session,
    now: Date,
    expiresAt: Date,
    ip: string,
    manager: EntityManager,
  ): Promise<void> {
    await this.database.run(ROTATE, [session.id, session.generation, now, expiresAt, ip], manager);
  }

  /** The session whose token was presented: whoever holds it may end it. Primary key. */
  async endPresented(sessionId: string, now: Date, manager?: EntityManager): Promise<void> {
    await this.database.run(END_PRESENTED, [sessionId, now], manager);
  }

  /** One of the user's live sessions; false when it is none. Primary key. */
  async endOwn(userId: string, sessionId: string, now: Date): Promise<boolean> {
    return (await this.database.run(END_OWN, [userId, sessionId, now])).length === 1;
  }

  /** All live sessions of the user but `keepId`; their ids. Index sessions_user_id_idx. */
  async endAll(userId: string, keepId: string | null, now: Date, manager?: EntityManager): Promise<string[]> {
    const rows = await this.database.run<{ id: string }>(END_ALL, [userId, keepId, now], manager);
    return rows.map(({ id }) => id);
  }

  /** Newest first, older than `before`. Index sessions_user_id_idx. */
  list(
    userId: string,
    options: { now: Date; before: string | null; limit: number; withSandbox: boolean },
  ): Promise<Session[]> {
    const { now, before, limit, withSandbox } = options;
    return this.database.run<Session>(LIST, [userId, now, before, limit, withSandbox]);
  }

  /** When the user last proved who he is in this session; null when it is not his. Primary key. */
  async authenticatedAt(userId: string, sessionId: string, manager?: EntityManager): Promise<Date | null> {
    const [row] = await this.database.run<{ at: Date }>(AUTHENTICATED_AT, [userId, sessionId], manager);
    return row?.at ?? null;
  }

  /** He has proven who he is; false when the session has ended. Primary key. */
  async stepUp(userId: string, sessionId: string, now: Date, manager?: EntityManager): Promise<boolean> {
    return (await this.database.run(STEP_UP, [userId, sessionId, now], manager)).length === 1;
  }

  /** The sessions that ended since then. Index sessions_ended_at_idx. */
  endedSince(since: Date): Promise<{ sessionId: string; userId: string }[]> {
    return this.database.run(ENDED_SINCE, [since]);
  }

  /** Indexes sessions_ended_at_idx and sessions_expires_at_idx. */
  async purge(before: Date): Promise<void> {
    for (const statement of [PURGE_ENDED, PURGE_EXPIRED])
      await purgeInBatches(() => this.database.run(statement, [before, PURGE_BATCH]));
  }
}

const COLUMNS = `id, user_id as "userId", device, ip, sandbox_proven as "sandboxProven", generation,
  used_generation as "usedGeneration", rotated_at as "rotatedAt", authenticated_at as "authenticatedAt",
  created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt", ended_at as "endedAt"`;
const TELL = busNotify('session.ended', `json_build_object('sessionId', id, 'userId', user_id)`);
/** Ends what `where` names and tells of each. */
const ending = (where: string) =>
  `with ended as (update sessions set ended_at = ${where} and ended_at is null returning id, user_id)
   select id, ${TELL} from ended`;

/** Live sessions of one person: more than anybody has devices, and a password could open one a second. */
export const MAX_SESSIONS = 100;

const END_OLDEST = {
  name: 'sessions-end-oldest',
  text: ending(`$2 where id in (
    select id from sessions where user_id = $1 and ended_at is null and expires_at > $2
    order by id desc offset ${MAX_SESSIONS}
  )`),
};
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
const LOCK_LIVE = {
  name: 'session-lock-live',
  text: `select ${COLUMNS} from sessions
         where id = $1 and ended_at is null and expires_at > $2
           and not exists (select from users u where u.id = sessions.user_id and u.suspended_at is not null)
         for update`,
};
const ROTATE = {
  name: 'session-rotate',
  text: `update sessions set generation = $2 + 1, used_generation = greatest(used_generation, $2), rotated_at = $3,
           last_used_at = $3, expires_at = $4, ip = $5
         where id = $1`,
};
const END_PRESENTED = { name: 'session-end-presented', text: ending('$2 where id = $1') };
const END_OWN = {
  name: 'session-end-own',
  text: ending('$3 where id = $2 and user_id = $1 and expires_at > $3'),
};
const END_ALL = {
  name: 'sessions-end-all',
  text: ending('$3 where user_id = $1 and ($2::uuid is null or id <> $2)'),
};
const LIST = {
  name: 'sessions-list',
  text: `select ${COLUMNS} from sessions
         where user_id = $1 and ended_at is null and expires_at > $2 and ($3::uuid is null or id < $3)
           and ($5 or not sandbox_proven)
         order by id desc limit $4`,
};
const AUTHENTICATED_AT = {
  name: 'session-authenticated-at',
  text: 'select authenticated_at as at from sessions where user_id = $1 and id = $2 and ended_at is null',
};
const STEP_UP = {
  name: 'session-step-up',
  text: `update sessions set authenticated_at = $3 where user_id = $1 and id = $2 and ended_at is null returning 1`,
};
const ENDED_SINCE = {
  name: 'sessions-ended-since',
  text: 'select id as "sessionId", user_id as "userId" from sessions where ended_at > $1',
};
const purging = (column: 'ended_at' | 'expires_at') => ({
  name: `sessions-purge-${column}`,
  text: `delete from sessions where id in (select id from sessions where ${column} < $1 limit $2) returning 1`,
});
const PURGE_ENDED = purging('ended_at');
const PURGE_EXPIRED = purging('expires_at');
