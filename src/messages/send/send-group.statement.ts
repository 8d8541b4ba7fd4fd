import { statement } from '../../platform/database/statement.js';
import { tierAt } from '../../users/tier.sql.js';
import { RUNNING_PER_USER } from '../replies/reply-policy.js';
import { dailyLimitOf } from './quota.ctes.js';
import type { SendParameters, SendRow } from './send.statement.js';

/** Sends of different users: of what differs, an array each, in one order. */
export interface SendGroupParameters {
  userIds: string[];
  roomIds: string[];
  contents: string[];
  messageIds: string[];
  replyIds: string[];
  roomNames: string[];
  idempotencyKeys: (string | null)[];
  fingerprints: (Buffer | null)[];
  requestIds: (string | null)[];
  traceContexts: (string | null)[];
  nows: Date[];
  day: string;
  basicLimit: number | null;
  proLimit: number | null;
}

/** The row of a member that was accepted. */
export type SendGroupRow = Omit<SendRow, 'outcome' | 'priorReplyId' | 'sibling'> & { replyId: string };

export function groupParameters(members: readonly SendParameters[]): SendGroupParameters {
  const { day, basicLimit, proLimit } = members[0]!;
  return {
    userIds: members.map(({ userId }) => userId),
    roomIds: members.map(({ roomId }) => roomId),
    contents: members.map(({ content }) => content),
    messageIds: members.map(({ messageId }) => messageId),
    replyIds: members.map(({ replyId }) => replyId),
    roomNames: members.map(({ roomName }) => roomName),
    idempotencyKeys: members.map(({ idempotencyKey }) => idempotencyKey),
    fingerprints: members.map(({ fingerprint }) => fingerprint),
    requestIds: members.map(({ requestId }) => requestId),
    traceContexts: members.map(({ traceContext }) => traceContext),
    nows: members.map(({ now }) => now),
    day,
    basicLimit,
    proLimit,
  };
}

/**
 * Accepts messages of several users in one statement, one round trip and one commit, as `send` accepts one. It has a row for
 * each member that it accepted, and changes nothing for the others: these go alone, because `send` tells refusals and replays.
 * - `likely` reads, without a lock, which members have units left and no known key. The first send of a day and the first one
 *   ever are not among them, because PostgreSQL waits for a concurrent insert of the same row.
 * - `locked` takes the locks of `send`. It leaves out a member in another user's room, and one whose room, user, count of the
 *   day or slots another transaction has locked: a slow transaction of one user does not delay the others.
 * - It waits for one thing only: a row with the same key, or of the same user in search_due, that another transaction of that
 *   user is inserting.
 * Two members with one count of the day (of one user, or of a number that changed hands) fail the statement: it would change
 * a row twice. The jobs are added after the commit, as those of single sends.
 */
export const SEND_GROUP = statement<SendGroupParameters, SendGroupRow>(
  'send-group',
  `
with input as materialized (
  select * from unnest(:userIds::uuid[], :roomIds::uuid[], :contents::text[], :messageIds::uuid[], :replyIds::uuid[], :roomNames::text[],
    :idempotencyKeys::text[], :fingerprints::bytea[], :requestIds::text[], :traceContexts::text[],
    :nows::timestamptz[])
  as i (user_id, room_id, content, message_id, reply_id, room_name, key, fingerprint, request_id, trace_context, now)
),
likely as materialized (
  select i.*, person.quota_key, person.tier, allowance.daily_limit
  from input i
  cross join lateral (select u.quota_key, ${tierAt('u', 'i.now')} as tier from users u where u.id = i.user_id limit 1) person
  cross join lateral (select ${dailyLimitOf('person.tier')} as daily_limit) allowance
  cross join lateral (
    select d.used from daily_usage d where d.quota_key = person.quota_key and d.day = :day::date limit 1
  ) usage
  where usage.used < coalesce(allowance.daily_limit, 2147483647)
    and exists (select from user_slots s where s.user_id = i.user_id)
    and not exists (select from idempotency_keys k where k.user_id = i.user_id and k.key = i.key)
),
locked as materialized (
  select l.*, room.tail_id as parent_id, room.branch
  from likely l
  cross join lateral (
    select r.tail_id, r.branch from chatrooms r where r.id = l.room_id and r.user_id = l.user_id for no key update skip locked
  ) room
  cross join lateral (select from users u where u.id = l.user_id for key share skip locked) person
  cross join lateral (
    select from daily_usage d where d.quota_key = l.quota_key and d.day = :day::date for no key update skip locked
  ) usage
  cross join lateral (select from user_slots s where s.user_id = l.user_id for no key update skip locked) slots
),
charge as (
  insert into daily_usage as usage (quota_key, day, used)
  select quota_key, :day::date, 1 from locked
  on conflict (quota_key, day) do update set used = usage.used + 1
    where usage.used < coalesce((select daily_limit from locked where locked.quota_key = usage.quota_key), 2147483647)
  returning quota_key, used
),
moved as (
  update chatrooms r
  set message_count = r.message_count + 2,
      tail_id = locked.reply_id,
      last_message_at = locked.now,
      last_activity_at = locked.now,
      name = case when r.name_source = 'default' and locked.room_name <> '' then locked.room_name else r.name end,
      name_source = case when r.name_source = 'default' and locked.room_name <> '' then 'message' else r.name_source end
  from locked join charge on charge.quota_key = locked.quota_key
  where r.id = locked.room_id
  returning locked.*, charge.used, r.message_count as seq
),
slot as materialized (
  select m.*, reply_may_begin(m.user_id, m.room_id, ${RUNNING_PER_USER}) as granted from moved m
),
question as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, role, content, status, created_at, completed_at)
  select message_id, room_id, user_id, seq - 1, parent_id, branch, 'user', content, 'completed', now, now from slot
),
answer as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, in_reply_to, role, status, charged_on, turn_at, created_at,
    request_id, trace_context)
  select reply_id, room_id, user_id, seq, message_id, branch, message_id, 'model', 'queued', :day::date, case when granted then now end, now,
    request_id, trace_context
  from slot
),
recorded as (
  insert into idempotency_keys (user_id, key, fingerprint, resource_id, created_at)
  select user_id, key, fingerprint, reply_id, now from slot where key is not null
)
select reply_id as "replyId", tier, used, granted, seq, parent_id as "parentId", branch from slot`,
);
