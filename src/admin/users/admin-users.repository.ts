import { Injectable } from '@nestjs/common';
import type { Identity } from '../../auth/issuers/identities.repository.js';
import { Database, type Statement } from '../../platform/database/database.js';
import type { User } from '../../users/user.entity.js';

/** What an admin is shown of an account: states and counts. */
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

/** At which moment, on which day. */
export interface Moment {
  day: string;
  now: Date;
}

/** Accounts as operators see them. */
@Injectable()
export class AdminUsersRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string, { day, now }: Moment): Promise<AdminUserRow | null> {
    return (await this.database.run<AdminUserRow & object>(FIND, [day, now, userId]))[0] ?? null;
  }

  /** By unique index users_mobile_number_key. */
  async findByNumber(mobileNumber: string, { day, now }: Moment): Promise<AdminUserRow | null> {
    return (await this.database.run<AdminUserRow & object>(BY_NUMBER, [day, now, mobileNumber]))[0] ?? null;
  }

  /** By primary key external_identities_pkey. */
  async findByIdentity({ issuer, subject }: Identity, { day, now }: Moment): Promise<AdminUserRow | null> {
    const values = [day, now, issuer, subject];
    return (await this.database.run<AdminUserRow & object>(BY_IDENTITY, values))[0] ?? null;
  }

  /** Newest first. */
  list(before: string | null, limit: number, { day, now }: Moment): Promise<AdminUserRow[]> {
    return this.database.run<AdminUserRow & object>(LIST, [day, now, before, limit]);
  }
}

/**
 * Counted for the accounts of the page alone. A room knows the number of its messages.
 * Indexes: users_pkey, chatrooms_list_idx, sessions_user_id_idx, daily_usage_pkey, external_identities_user_id_idx.
 */
const view = (name: string, which: string): Statement => ({
  name,
  text: `
    select u.id, u.mobile_number as "mobileNumber", u.name, u.email, u.tier, u.tier_ends_at as "tierEndsAt",
      u.pro_granted_until as "proGrantedUntil", u.role, u.sandbox_proven as "sandboxProven",
      u.suspended_at as "suspendedAt", u.created_at as "createdAt", rooms.count as rooms, rooms.messages,
      sessions.count as "liveSessions", sessions.last as "lastUsedAt",
      coalesce((select used from daily_usage where quota_key = u.quota_key and day = $1::date), 0) as "usedToday",
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
        where user_id = u.id and ended_at is null and expires_at > $2
      ) sessions
    order by u.id desc`,
});
const FIND = view('admin-user', 'where id = $3');
const BY_NUMBER = view('admin-user-by-number', 'where mobile_number = $3');
const BY_IDENTITY = view(
  'admin-user-by-identity',
  'where id = (select user_id from external_identities where issuer = $3 and subject = $4)',
);
const LIST = view('admin-users', 'where $3::uuid is null or id < $3 order by id desc limit $4');
