import type { Statement } from '../platform/database/database.js';
import { KEEP } from '../platform/http/idempotency.repository.js';
import { QUEUES } from '../platform/queue/queue-facts.js';
import { RUNNING_PER_USER } from './reply-policy.js';

/** What the send statement is given, in the order of its parameters. */
export type SendValues = [
  userId: string,
  roomId: string,
  content: string,
  messageId: string,
  replyId: string,
  idempotencyKey: string | null,
  fingerprint: Buffer | null,
  day: string,
  basicLimit: number | null,
  proLimit: number | null,
  now: Date,
  roomName: string,
  overRateLimit: boolean,
];

/** The one row that it answers with. */
export interface SendRow {
  /** 'accepted', or why nothing was stored. */
  outcome: 'accepted' | 'no_room' | 'replay' | 'key_reused' | 'over_rate_limit' | 'over_daily_limit';
  tier: 'basic' | 'pro';
  /** Units used on the day, this one included. */
  used: number;
  /** seq of the reply; the message's is one less. */
  seq: number | null;
  parent_id: string | null;
  /** Is no other reply of the room live, and few of the user's are at work? Then its turn is now. */
  admitted: boolean | null;
  /** The reply that the idempotency key stands for. */
  prior_reply_id: string | null;
}

/**
 * Accepting a message, whole, in one statement and one round trip:
 * 1. an idempotency key seen within 24 hours is answered before any limit;
 * 2. the room is the caller's, and its row lock makes the order of seq the order of commit;
 * 3. the day's unit is taken by a conditional upsert, never read-then-write;
 * 4. message and queued reply take the room's next two seq numbers, the room's activity moves, the key is recorded.
 * The steps see the data as they were when the statement began, before it waited for locks. Not so the turn of the reply:
 * reply_may_begin looks after a lock of the user's, so that no two sends at once take the same last place at work.
 * Units that others took meanwhile are not seen: whoever is refused by the day has used its limit at least.
 * Indexes: idempotency_keys_pkey, chatrooms_pkey, users_pkey, daily_usage_pkey, messages_live_idx,
 * messages_live_of_user_idx.
 *
 * A parallel twin with the same key waits on the room's lock with an old snapshot: it fails on idempotency_keys_pkey
 * (or, at the limit, is refused), and the caller looks again (send.repository.ts).
 */
const ACCEPT = `
with prior as (
  select fingerprint, resource_id from idempotency_keys
  where user_id = $1 and key = $6 and created_at > $11::timestamptz - ${KEEP}
),
room as (
  select id, message_count, tail_id, name_source from chatrooms where id = $2 and user_id = $1 for no key update
),
person as (
  select quota_key,
         case when tier = 'pro' and (tier_ends_at is null or tier_ends_at > $11) then 'pro' else 'basic' end as tier
  from users where id = $1
),
allowance as (
  select quota_key, tier, case tier when 'pro' then $10::int else $9::int end as daily_limit from person
),
charge as (
  insert into daily_usage as usage (quota_key, day, used)
  select quota_key, $8::date, 1 from allowance, room
  where not exists (select from prior) and not $13::boolean and coalesce(daily_limit, 1) > 0
  on conflict (quota_key, day) do update set used = usage.used + 1
    where usage.used < coalesce((select daily_limit from allowance), 2147483647)
  returning used
),
moved as (
  update chatrooms r
  set message_count = r.message_count + 2,
      tail_id = $5,
      last_message_at = $11,
      last_activity_at = $11,
      name = case when r.name_source = 'default' and $12 <> '' then $12 else r.name end,
      name_source = case when r.name_source = 'default' and $12 <> '' then 'message' else r.name_source end
  from room, charge
  where r.id = room.id
  returning r.message_count as seq, room.tail_id as parent_id
),
turn as (
  select reply_may_begin($1, $2, ${RUNNING_PER_USER}) as admitted from moved
),
question as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, role, content, status, created_at, completed_at)
  select $4, $2, $1, seq - 1, parent_id, 'user', $3, 'completed', $11, $11 from moved
),
answer as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, in_reply_to, role, status, charged_on, turn_at, created_at)
  select $5, $2, $1, seq, $4, $4, 'model', 'queued', $8::date, case when turn.admitted then $11::timestamptz end, $11
  from moved, turn
),
expired as (
  delete from idempotency_keys where user_id = $1 and key = $6 and created_at <= $11::timestamptz - ${KEEP}
  returning 1
),
recorded as (
  insert into idempotency_keys (user_id, key, fingerprint, resource_id, created_at)
  select $1, $6, $7, $5, $11 from moved, (select count(*) from expired) as before where $6::text is not null
)
select
  case
    when exists (select from prior where fingerprint is distinct from $7) then 'key_reused'
    when exists (select from prior) then 'replay'
    when not exists (select from room) then 'no_room'
    when $13::boolean then 'over_rate_limit'
    when not exists (select from charge) then 'over_daily_limit'
    else 'accepted'
  end as outcome,
  (select tier from person) as tier,
  coalesce((select used from charge),
           greatest((select used from daily_usage, person where daily_usage.quota_key = person.quota_key and day = $8::date),
                    (select daily_limit from allowance, room where not exists (select from prior) and not $13::boolean)),
           0) as used,
  (select seq from moved) as seq,
  (select parent_id from moved) as parent_id,
  (select admitted from turn) as admitted,
  (select resource_id from prior) as prior_reply_id`;

/** The same job row that `queue.add` writes (test: messages/send.e2e.ts compares them), added in the same transaction. */
const ADD_JOB = `,
  (select bullmq.add_job('replies', $5::text || '-1', 'reply', '{}'::jsonb, '${JSON.stringify({ ...QUEUES.replies.jobs })}'::jsonb,
     0, 0::bigint, (extract(epoch from clock_timestamp()) * 1000)::bigint, ${QUEUES.replies.jobs.attempts}, null, null, null, null, null, false)
   from turn where admitted) as job_id`;

/** With the queue on Redis: the job is added after the commit. */
export const SEND: Statement = { name: 'send', text: ACCEPT };
/** With the queue on PostgreSQL: the job is part of the statement. */
export const SEND_AND_ENQUEUE: Statement = { name: 'send-and-enqueue', text: ACCEPT + ADD_JOB };
