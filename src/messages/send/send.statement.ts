import { statement } from '../../platform/database/statement.js';
import { quotaCtes, type QuotaParameters, type QuotaRow } from './quota.ctes.js';
import { RUNNING_PER_USER } from '../replies/reply-policy.js';

export interface SendParameters extends QuotaParameters {
  content: string;
  messageId: string;
  replyId: string;
  /** New name of an unnamed room; empty: unchanged. */
  roomName: string;
}

/** The result row. */
export interface SendRow extends QuotaRow {
  /** seq of the reply; the message's is one less. */
  seq: number | null;
  parentId: string | null;
  /** Branch of both; null: the trunk. */
  branch: number | null;
  /** Position of the message among its siblings, and their number. */
  sibling: number;
}

const { prior, allowance, charge, recorded, answer } = quotaCtes;

/**
 * Accepts a message completely in one statement and one round trip:
 * 1. an idempotency key seen within 24 hours is answered before any limit;
 * 2. the room is the caller's, and its row lock makes the order of seq the order of commit;
 * 3. the day's unit is taken by a conditional upsert, never read-then-write;
 * 4. message and queued reply take the room's next two seq numbers, the room's activity moves, the key is recorded.
 * The steps see the data as of the statement's start, before it waited for locks. The reply's slot is the exception:
 * reply_may_begin reads after it has locked the user's row of user_slots, so that two concurrent sends cannot take the same
 * last slot.
 * Indexes: idempotency_keys_pkey, chatrooms_pkey, users_pkey, daily_usage_pkey, user_slots_pkey, room_slots_pkey.
 *
 * A concurrent request with the same key waits for the room's lock with an old snapshot: it fails on idempotency_keys_pkey
 * (or, at the limit, is refused), and runs again (IdempotencyKeys.runWithSteps).
 */
const ACCEPT = `
with ${prior},
room as (
  select id, message_count, tail_id, branch, name_source from chatrooms where id = :roomId and user_id = :userId for no key update
),${allowance},
wanted as (
  select true as costs from room where not exists (select from prior)
),${charge},
moved as (
  update chatrooms r
  set message_count = r.message_count + 2,
      tail_id = :replyId,
      last_message_at = :now,
      last_activity_at = :now,
      name = case when r.name_source = 'default' and :roomName <> '' then :roomName else r.name end,
      name_source = case when r.name_source = 'default' and :roomName <> '' then 'message' else r.name_source end
  from room, charge
  where r.id = room.id
  returning r.message_count as seq, room.tail_id as parent_id, room.branch
),
slot as (
  select reply_may_begin(:userId, :roomId, ${RUNNING_PER_USER}) as granted from moved
),
question as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, role, content, status, created_at, completed_at)
  select :messageId, :roomId, :userId, seq - 1, parent_id, branch, 'user', :content, 'completed', :now, :now from moved
),
answer as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, in_reply_to, role, status, charged_on, turn_at, created_at,
    request_id, trace_context)
  select :replyId, :roomId, :userId, seq, :messageId, branch, :messageId, 'model', 'queued', :day::date, case when slot.granted then :now::timestamptz end, :now, :requestId, :traceContext
  from moved, slot
),${recorded('moved', ':replyId')}
select ${answer({ found: 'room', made: 'slot' })},
  (select seq from moved) as seq,
  (select parent_id from moved) as "parentId",
  (select branch from moved) as branch,
  1 as sibling`;

/** The job is added after the commit: adding it notifies, and NOTIFY in a durable transaction makes all commits wait. */
export const SEND = statement<SendParameters, SendRow>('send', ACCEPT);
