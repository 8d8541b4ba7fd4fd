import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { busNotify } from '../../platform/bus/bus.js';
import { columnsOf } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { PURGE_BATCH, purgeInBatches } from '../../platform/maintenance/chores.js';
import { Session } from './session.entity.js';

/** The sessions table. Every statement that ends a session also notifies all processes. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  /** Past {@link MAX_SESSIONS} the oldest ends. Index sessions_user_id_idx. */
  async insert(session: Session, manager: EntityManager): Promise<void> {
    await manager.getRepository(Session).insert(session);
    await this.database.run(END_OLDEST, { userId: session.userId, now: session.createdAt }, manager);
  }

  /** Primary key sessions_pkey. */
  async isLive(sessionId: string, now: Date): Promise<boolean> {
    return (await this.database.run(IS_LIVE, { sessionId, now })).length === 1;
  }

  /** Records the use of a token of this generation; false when the session has ended. Primary key. */
  async markUsed(sessionId: string, generation: number, now: Date): Promise<boolean> {
    return (await this.database.run(MARK_USED, { sessionId, generation, now })).length === 1;
  }

  /** The live session of a refresh token, locked: refreshes of one session run one after the other. Primary keys. */
  async lockLive(sessionId: string, now: Date, manager: EntityManager): Promise<Session | null> {
    return this.database.one(LOCK_LIVE, { sessionId, now }, manager);
  }

  /** Primary key. */
  async rotate(
    session: Session,
    now: Date,
    expiresAt: Date,
    ip: string,
    manager: EntityManager,
  ): Promise<void> {
    await this.database.run(
      ROTATE,
      { sessionId: session.id, generation: session.generation, now, expiresAt, ip },
      manager,
    );
  }

  /** Ends the session of a presented token: possession of the token is enough. Primary key. */
  async endPresented(sessionId: string, now: Date, manager?: EntityManager): Promise<void> {
    await this.database.run(END_PRESENTED, { sessionId, now }, manager);
  }

  /** Ends one of the user's live sessions; false when it is not one. Primary key. */
  async endOwn(userId: string, sessionId: string, now: Date): Promise<boolean> {
    return (await this.database.run(END_OWN, { userId, sessionId, now })).length === 1;
  }

  /** Ends all live sessions of the user except `keepId`; returns their ids. Index sessions_user_id_idx. */
  async endAll(userId: string, keepId: string | null, now: Date, manager?: EntityManager): Promise<string[]> {
    const rows = await this.database.run(END_ALL, { userId, keepId, now }, manager);
    return rows.map(({ id }) => id);
  }

  /** Newest first, older than `before`. Index sessions_user_id_idx. */
  list(
    userId: string,
    options: { now: Date; before: string | null; limit: number; withSandbox: boolean },
  ): Promise<Session[]> {
    const { now, before, limit, withSandbox } = options;
    return this.database.run(LIST, { userId, now, before, limit, withSandbox });
  }

  /** When the user last proved their identity in this session; null when the session is not theirs. Primary key. */
  async authenticatedAt(userId: string, sessionId: string, manager?: EntityManager): Promise<Date | null> {
    const row = await this.database.one(AUTHENTICATED_AT, { userId, sessionId }, manager);
    return row?.at ?? null;
  }

  /** Records a proof of identity; false when the session has ended. Primary key. */
  async stepUp(userId: string, sessionId: string, now: Date, manager?: EntityManager): Promise<boolean> {
    return (await this.database.run(STEP_UP, { userId, sessionId, now }, manager)).length === 1;
  }

  /** The sessions that ended after `since`. Index sessions_ended_at_idx. */
  endedSince(since: Date): Promise<{ sessionId: string; userId: string }[]> {
    return this.database.run(ENDED_SINCE, { since });
  }

  /** Indexes sessions_ended_at_idx and sessions_expires_at_idx. */
  async purge(before: Date): Promise<void> {
    for (const statement of [PURGE_ENDED, PURGE_EXPIRED])
      await purgeInBatches(() => this.database.run(statement, { before, limit: PURGE_BATCH }));
  }
}

const COLUMNS = columnsOf(Session, 'sessions');
const NOTIFY_ENDED = busNotify('session.ended', `json_build_object('sessionId', id, 'userId', user_id)`);
/** Ends the sessions that `where` selects, and notifies all processes of each. */
const ending = (where: string) =>
  `with ended as (update sessions set ended_at = ${where} and ended_at is null returning id, user_id)
   select id, ${NOTIFY_ENDED} from ended`;

/** Live sessions per user: more than a user has devices. Without a bound a password could open one a second. */
export const MAX_SESSIONS = 100;

const END_OLDEST = statement<{ userId: string; now: Date }>(
  'sessions-end-oldest',
  ending(`:now where id in (
    select id from sessions where user_id = :userId and ended_at is null and expires_at > :now
    order by id desc offset ${MAX_SESSIONS}
  )`),
);
const IS_LIVE = statement<{ sessionId: string; now: Date }>(
  'session-is-live',
  'select 1 from sessions where id = :sessionId and ended_at is null and expires_at > :now',
);
const MARK_USED = statement<{ sessionId: string; generation: number; now: Date }>(
  'session-mark-used',
  `update sessions set used_generation = greatest(used_generation, :generation), last_used_at = greatest(last_used_at, :now)
         where id = :sessionId and ended_at is null and expires_at > :now
         returning 1`,
);
const LOCK_LIVE = statement<{ sessionId: string; now: Date }, Session>(
  'session-lock-live',
  `select ${COLUMNS} from sessions
         where id = :sessionId and ended_at is null and expires_at > :now
           and not exists (select from users u where u.id = sessions.user_id and u.suspended_at is not null)
         for update`,
);
const ROTATE = statement<{ sessionId: string; generation: number; now: Date; expiresAt: Date; ip: string }>(
  'session-rotate',
  `update sessions set generation = :generation + 1, used_generation = greatest(used_generation, :generation), rotated_at = :now,
           last_used_at = :now, expires_at = :expiresAt, ip = :ip
         where id = :sessionId`,
);
const END_PRESENTED = statement<{ sessionId: string; now: Date }>(
  'session-end-presented',
  ending(':now where id = :sessionId'),
);
const END_OWN = statement<{ userId: string; sessionId: string; now: Date }>(
  'session-end-own',
  ending(':now where id = :sessionId and user_id = :userId and expires_at > :now'),
);
const END_ALL = statement<{ userId: string; keepId: string | null; now: Date }, { id: string }>(
  'sessions-end-all',
  ending(':now where user_id = :userId and (:keepId::uuid is null or id <> :keepId)'),
);
const LIST = statement<
  { userId: string; now: Date; before: string | null; limit: number; withSandbox: boolean },
  Session
>(
  'sessions-list',
  `select ${COLUMNS} from sessions
         where user_id = :userId and ended_at is null and expires_at > :now and (:before::uuid is null or id < :before)
           and (:withSandbox or not sandbox_proven)
         order by id desc limit :limit`,
);
const AUTHENTICATED_AT = statement<{ userId: string; sessionId: string }, { at: Date }>(
  'session-authenticated-at',
  'select authenticated_at as at from sessions where user_id = :userId and id = :sessionId and ended_at is null',
);
const STEP_UP = statement<{ userId: string; sessionId: string; now: Date }>(
  'session-step-up',
  `update sessions set authenticated_at = :now where user_id = :userId and id = :sessionId and ended_at is null returning 1`,
);
const ENDED_SINCE = statement<{ since: Date }, { sessionId: string; userId: string }>(
  'sessions-ended-since',
  'select id as "sessionId", user_id as "userId" from sessions where ended_at > :since',
);
const purging = (column: 'ended_at' | 'expires_at') =>
  statement<{ before: Date; limit: number }>(
    `sessions-purge-${column}`,
    `delete from sessions where id in (select id from sessions where ${column} < :before limit :limit) returning 1`,
  );
const PURGE_ENDED = purging('ended_at');
const PURGE_EXPIRED = purging('expires_at');
