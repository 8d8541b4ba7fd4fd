import { Injectable } from '@nestjs/common';
import type { Identity } from '../../auth/issuers/identities.repository.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import type { Tier } from '../../platform/config/tier.js';
import { isProAt } from '../../users/tier.sql.js';
import type { User } from '../../users/user.entity.js';

/** An account for operators: states and counts. */
export interface AdminUserRow extends Pick<
  User,
  | 'id'
  | 'mobileNumber'
  | 'name'
  | 'email'
  | 'tier'
  | 'tierEndsAt'
  | 'proGrantedUntil'
  | 'role'
  | 'sandboxProven'
  | 'suspendedAt'
  | 'createdAt'
> {
  rooms: number;
  messages: number;
  liveSessions: number;
  lastUsedAt: Date | null;
  usedToday: number;
  identities: Identity[];
}

/** The time and the day of a query. */
export interface Moment {
  day: string;
  now: Date;
}

/** Accounts for operators. */
@Injectable()
export class AdminUsersRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string, { day, now }: Moment): Promise<AdminUserRow | null> {
    return this.database.one(FIND, { userId, day, now });
  }

  /** By unique index users_mobile_number_key. */
  async findByNumber(mobileNumber: string, { day, now }: Moment): Promise<AdminUserRow | null> {
    return this.database.one(BY_NUMBER, { mobileNumber, day, now });
  }

  /** By primary key external_identities_pkey. */
  async findByIdentity({ issuer, subject }: Identity, { day, now }: Moment): Promise<AdminUserRow | null> {
    return this.database.one(BY_IDENTITY, { issuer, subject, day, now });
  }

  /** Newest first. @param tier that they have now; null: any */
  list(
    tier: Tier | null,
    before: string | null,
    limit: number,
    { day, now }: Moment,
  ): Promise<AdminUserRow[]> {
    const statement = tier === null ? LIST : LIST_OF_TIER[tier];
    return this.database.run(statement, { before, limit, day, now });
  }
}

/**
 * Counts only for the accounts of the page. Each room's row has the number of its messages.
 * Indexes: users_pkey, chatrooms_list_idx, sessions_user_id_idx, daily_usage_pkey, external_identities_user_id_idx.
 */
const view = <P extends object>(name: string, which: string) =>
  statement<P & Moment, AdminUserRow>(
    name,
    `
    select u.id, u.mobile_number as "mobileNumber", u.name, u.email, u.tier, u.tier_ends_at as "tierEndsAt",
      u.pro_granted_until as "proGrantedUntil", u.role, u.sandbox_proven as "sandboxProven",
      u.suspended_at as "suspendedAt", u.created_at as "createdAt", rooms.count as rooms, rooms.messages,
      sessions.count as "liveSessions", sessions.last as "lastUsedAt",
      coalesce((select used from daily_usage where quota_key = u.quota_key and day = :day::date), 0) as "usedToday",
      coalesce((
        select json_agg(json_build_object('issuer', issuer, 'subject', subject) order by created_at, issuer, subject)
        from external_identities where user_id = u.id
      ), '[]') as identities
    from (select * from users ${which}) u
      cross join lateral (
        select count(*)::int as count, coalesce(sum(message_count), 0)::int as messages from chatrooms where user_id = u.id
      ) rooms
      cross join lateral (
        select count(*)::int as count, max(last_used_at) as last from sessions
        where user_id = u.id and ended_at is null and expires_at > :now
      ) sessions
    order by u.id desc`,
  );
const FIND = view<{ userId: string }>('admin-user', 'where id = :userId');
const BY_NUMBER = view<{ mobileNumber: string }>(
  'admin-user-by-number',
  'where mobile_number = :mobileNumber',
);
const BY_IDENTITY = view<Identity>(
  'admin-user-by-identity',
  'where id = (select user_id from external_identities where issuer = :issuer and subject = :subject)',
);
interface ListParameters {
  before: string | null;
  limit: number;
}
const LIST = view<ListParameters>(
  'admin-users',
  'where :before::uuid is null or id < :before order by id desc limit :limit',
);
/** Index users_pro_idx for `pro`. */
const LIST_OF_TIER = {
  pro: view<ListParameters>(
    'admin-users-pro',
    `where (:before::uuid is null or id < :before) and ${isProAt('users', ':now')} order by id desc limit :limit`,
  ),
  basic: view<ListParameters>(
    'admin-users-basic',
    `where (:before::uuid is null or id < :before) and not (${isProAt('users', ':now')}) order by id desc limit :limit`,
  ),
};
