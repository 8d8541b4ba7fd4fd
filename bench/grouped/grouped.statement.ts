import { RUNNING_PER_USER } from '../../src/messages/replies/reply-policy.js';
import { statement } from '../../src/platform/database/statement.js';
import { KEEP } from '../../src/platform/idempotency/sql-steps.js';
import { tierAt } from '../../src/users/tier.sql.js';

/** Sends of different users, one array a parameter of the send statement. */
export interface GroupParameters {
  userIds: string[];
  roomIds: string[];
  contents: string[];
  messageIds: string[];
  replyIds: string[];
  keys: string[];
  fingerprints: Buffer[];
  roomNames: string[];
  day: string;
  basicLimit: number | null;
  proLimit: number | null;
  now: Date;
}

export interface GroupRow {
  replyId: string;
  seq: number | null;
  granted: boolean | null;
}

/**
 * Prototype of ADR 0035: the send statement over arrays, for several users at once. It takes the same steps, locks rooms in
 * one order and skips locked ones. Locks of all members are taken kind by kind, each kind in one order: rooms (never waited for),
 * day's usage by quota_key, slots by user. Single sends and ends take them in the same order of kinds, and the sweeper takes the
 * slots of several users by user. A member whose row has nulls goes alone.
 */
export const SEND_GROUP = statement<GroupParameters, GroupRow>(
  'bench-send-group',
  `
with input as materialized (
  select * from unnest(:userIds::uuid[], :roomIds::uuid[], :contents::text[], :messageIds::uuid[], :replyIds::uuid[], :keys::text[],
    :fingerprints::bytea[], :roomNames::text[]) as i (user_id, room_id, content, message_id, reply_id, key, fingerprint, room_name)
),
prior as (
  select i.reply_id from input i join idempotency_keys k on k.user_id = i.user_id and k.key = i.key
  where k.created_at > :now::timestamptz - ${KEEP}
),
room as (
  select r.id, r.message_count, r.tail_id, r.name_source
  from chatrooms r join input i on r.id = i.room_id and r.user_id = i.user_id
  order by r.id for no key update of r skip locked
),
allowance as (
  select id as user_id, quota_key, case tier when 'pro' then :proLimit::int else :basicLimit::int end as daily_limit
  from (select u.id, u.quota_key, ${tierAt('u', ':now')} as tier from users u join input i on i.user_id = u.id) person
),
charge as (
  insert into daily_usage as usage (quota_key, day, used)
  select a.quota_key, :day::date, 1
  from input i join room on room.id = i.room_id join allowance a on a.user_id = i.user_id
  where coalesce(a.daily_limit, 1) > 0 and not exists (select from prior p where p.reply_id = i.reply_id)
  order by a.quota_key
  on conflict (quota_key, day) do update set used = usage.used + 1
    where usage.used < coalesce((select a.daily_limit from allowance a where a.quota_key = usage.quota_key), 2147483647)
  returning quota_key, used
),
moved as (
  update chatrooms r
  set message_count = r.message_count + 2, tail_id = i.reply_id, last_message_at = :now, last_activity_at = :now,
      name = case when r.name_source = 'default' and i.room_name <> '' then i.room_name else r.name end,
      name_source = case when r.name_source = 'default' and i.room_name <> '' then 'message' else r.name_source end
  from input i join room on room.id = i.room_id join allowance a on a.user_id = i.user_id join charge on charge.quota_key = a.quota_key
  where r.id = room.id
  returning i.*, r.message_count as seq, room.tail_id as parent_id
),
turn as materialized (
  select m.*, reply_may_begin(m.user_id, m.room_id, ${RUNNING_PER_USER}) as granted from (select * from moved order by user_id) m
),
question as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, role, content, status, created_at, completed_at)
  select message_id, room_id, user_id, seq - 1, parent_id, 'user', content, 'completed', :now, :now from moved
),
answer as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, in_reply_to, role, status, charged_on, turn_at, created_at)
  select reply_id, room_id, user_id, seq, message_id, message_id, 'model', 'queued', :day::date,
    case when granted then :now::timestamptz end, :now
  from turn
),
expired as (
  delete from idempotency_keys k using input i
  where k.user_id = i.user_id and k.key = i.key and k.created_at <= :now::timestamptz - ${KEEP}
  returning 1
),
recorded as (
  insert into idempotency_keys (user_id, key, fingerprint, resource_id, created_at)
  select user_id, key, fingerprint, reply_id, :now from moved, (select count(*) from expired) as before where key is not null
)
select i.reply_id as "replyId", t.seq, t.granted from input i left join turn t on t.reply_id = i.reply_id`,
);
