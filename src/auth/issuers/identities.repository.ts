import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Keys } from '../../platform/crypto/keys.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { PURGE_BATCH, purgeInBatches } from '../../platform/maintenance/chores.js';
import type { ExternalToken } from './external-token.js';

/** A user's identity at a trusted issuer. */
export type Identity = Pick<ExternalToken, 'issuer' | 'subject'>;

/** The stored state of an identity. */
export interface IdentityState {
  suspended: boolean;
  /** Tokens issued until then belong to an ended session; null: there was none. */
  endedAt: Date | null;
}

/** The tables external_identities and ended_identities: (issuer, subject) → account, and the one session of its tokens. */
@Injectable()
export class IdentitiesRepository {
  constructor(
    private readonly database: Database,
    private readonly keys: Keys,
  ) {}

  /** Keyed hash of an identity, under which the day's count and the tombstone outlive the account. */
  keyOf({ issuer, subject }: Identity): Buffer {
    return this.keys.hmac('identity-hash', JSON.stringify([issuer, subject]));
  }

  /**
   * Records the use of a token; null unless its account and session exist and accept it. Primary keys
   * external_identities_pkey, users_pkey, sessions_pkey.
   * @param expiresAt the session's end is set no earlier than this
   */
  async use(
    token: ExternalToken,
    now: Date,
    expiresAt: Date,
    manager?: EntityManager,
  ): Promise<{ userId: string; sessionId: string } | null> {
    const { issuer, subject, issuedAt, authenticatedAt } = token;
    return this.database.one(USE, { issuer, subject, issuedAt, now, expiresAt, authenticatedAt }, manager);
  }

  /** Serializes the requests of one identity until the transaction ends. */
  async lock(identity: Identity, manager: EntityManager): Promise<void> {
    await this.database.run(LOCK, { lockKey: this.keyOf(identity).readInt32BE() }, manager);
  }

  /** The identity with its account, locked until the transaction ends. Primary keys, as above. */
  async find(
    { issuer, subject }: Identity,
    manager: EntityManager,
  ): Promise<(IdentityState & { userId: string }) | null> {
    return this.database.one(FIND, { issuer, subject }, manager);
  }

  /** When the last account of this identity was deleted, if a tombstone remains. Primary key ended_identities_pkey. */
  async endedAt(identity: Identity, manager: EntityManager): Promise<Date | null> {
    const row = await this.database.one(ENDED_AT, { key: this.keyOf(identity) }, manager);
    return row?.at ?? null;
  }

  async insert(identity: Identity, userId: string, now: Date, manager: EntityManager): Promise<void> {
    await this.database.run(
      INSERT,
      { issuer: identity.issuer, subject: identity.subject, userId, now },
      manager,
    );
  }

  /** @param endedAt end of the previous session */
  async setSession(
    { issuer, subject }: Identity,
    sessionId: string,
    endedAt: Date | null,
    manager: EntityManager,
  ): Promise<void> {
    await this.database.run(SET_SESSION, { issuer, subject, sessionId, endedAt }, manager);
  }

  /**
   * Frees the identities of an account that is being deleted, and leaves a tombstone of each: tokens issued until now cannot
   * create a new account. The day's count stays with each identity, even if a number has taken it over. Call it before the
   * account's row is deleted.
   * Index external_identities_user_id_idx.
   */
  async endIdentitiesOf(userId: string, now: Date, manager: EntityManager): Promise<void> {
    for (const identity of await this.database.run(DELETE_OF_ACCOUNT, { userId }, manager)) {
      const key = this.keyOf(identity);
      await this.database.run(END, { key, now }, manager);
      await this.database.run(COPY_COUNT, { userId, key }, manager);
    }
  }

  /** Index ended_identities_ended_at_idx. */
  async purgeEnded(before: Date): Promise<void> {
    await purgeInBatches(() => this.database.run(PURGE, { before, limit: PURGE_BATCH }));
  }
}

const USE = statement<
  {
    issuer: string;
    subject: string;
    issuedAt: Date;
    now: Date;
    expiresAt: Date;
    authenticatedAt: Date | null;
  },
  { userId: string; sessionId: string }
>(
  'identity-use',
  `update sessions set last_used_at = greatest(last_used_at, :now), expires_at = greatest(expires_at, :expiresAt),
           authenticated_at = greatest(authenticated_at, :authenticatedAt)
         from external_identities i join users u on u.id = i.user_id
         where i.issuer = :issuer and i.subject = :subject and (i.ended_at is null or i.ended_at < :issuedAt)
           and u.suspended_at is null
           and sessions.id = i.session_id and sessions.user_id = i.user_id
           and sessions.ended_at is null and sessions.expires_at > :now
         returning sessions.id as "sessionId", sessions.user_id as "userId"`,
);
/** The first number is 'iden'. */
const LOCK = statement<{ lockKey: number }>(
  'identity-lock',
  'select pg_advisory_xact_lock(1768187246, :lockKey)',
);
const FIND = statement<{ issuer: string; subject: string }, IdentityState & { userId: string }>(
  'identity-find',
  `select i.user_id as "userId", u.suspended_at is not null as suspended,
           greatest(i.ended_at, s.ended_at) as "endedAt"
         from external_identities i join users u on u.id = i.user_id left join sessions s on s.id = i.session_id
         where i.issuer = :issuer and i.subject = :subject
         for no key update of u, i`,
);
const ENDED_AT = statement<{ key: Buffer }, { at: Date }>(
  'identity-ended-at',
  'select ended_at as at from ended_identities where key = :key',
);
const INSERT = statement<{ issuer: string; subject: string; userId: string; now: Date }>(
  'identity-insert',
  'insert into external_identities (issuer, subject, user_id, created_at) values (:issuer, :subject, :userId, :now)',
);
const SET_SESSION = statement<{ issuer: string; subject: string; sessionId: string; endedAt: Date | null }>(
  'identity-set-session',
  'update external_identities set session_id = :sessionId, ended_at = :endedAt where issuer = :issuer and subject = :subject',
);
const DELETE_OF_ACCOUNT = statement<{ userId: string }, Identity>(
  'identities-delete-of-account',
  // Locks the account first, as above: a deletion and a sign-in wait for each other in one order, without a deadlock.
  `with account as (select id from users where id = :userId for update)
         delete from external_identities i using account where i.user_id = account.id returning i.issuer, i.subject`,
);
const END = statement<{ key: Buffer; now: Date }>(
  'identity-end',
  `insert into ended_identities as ended (key, ended_at) values (:key, :now)
         on conflict (key) do update set ended_at = greatest(ended.ended_at, excluded.ended_at)`,
);
const COPY_COUNT = statement<{ userId: string; key: Buffer }>(
  'identity-copy-count',
  `insert into daily_usage as usage (quota_key, day, used, refunded)
         select :key::bytea, day, used, refunded from daily_usage join users on users.quota_key = daily_usage.quota_key
         where users.id = :userId and users.quota_key <> :key
         on conflict (quota_key, day) do update
         set used = greatest(usage.used, excluded.used), refunded = greatest(usage.refunded, excluded.refunded)`,
);
const PURGE = statement<{ before: Date; limit: number }>(
  'ended-identities-purge',
  `delete from ended_identities where key in (select key from ended_identities where ended_at < :before limit :limit)
         returning 1`,
);
