import { statement } from '../../platform/database/statement.js';
import { branchCtes, leftByFork } from '../branches/branch.ctes.js';
import { quotaCtes, type QuotaParameters, type QuotaRow } from '../send/quota.ctes.js';
import { MAX_RETRIES, RUNNING_PER_USER } from './reply-policy.js';
import {
  grantFreedSlots,
  WITH_EVENT,
  WITHOUT_EVENT,
  type EndRow,
  type Ends,
  type GrantedReply,
} from './reply-state.statements.js';

/** A reply and its owner. */
export interface OwnedReply {
  userId: string;
  roomId: string;
  replyId: string;
}

/** Parameters of retry and regenerate. */
export interface ActionParameters extends QuotaParameters, OwnedReply {
  /** Id of the resulting reply: a new one for regenerate, `replyId` for retry. */
  resultId: string;
}

/** The result row of retry and regenerate. */
export interface ActionRow extends QuotaRow<'not_retriable' | 'reply_in_progress'> {
  generation: number | null;
}

/** The reply has a worker, which is to end it. */
type StopRequestedRow = GrantedReply & { isFinal: false };

/**
 * Stops a reply. Without a worker it ends here, with the text so far; otherwise its worker is notified and ends it with all
 * the text that it has published. A final reply stays as it is.
 * Index: messages_pkey.
 */
const stop = (name: string, { told, event }: { told: string; event: string }) =>
  statement<OwnedReply & Ends & { now: Date }, EndRow | StopRequestedRow>(
    name,
    `
    with mine as (
      select m.id, m.lease_until is null or m.lease_until <= clock_timestamp() as idle
      from messages m
      where m.id = :replyId and m.chatroom_id = :roomId and m.user_id = :userId and m.role = 'model'
        and m.status in ('queued', 'streaming', 'retrying')
      for no key update of m
    ),
    done as (
      update messages m
      set status = 'stopped', finish_reason = 'stopped', completed_at = :now, lease_until = null, next_attempt_at = null
      from mine where m.id = mine.id and mine.idle
      returning ${told}
    )${event},
    asked as (
      update messages m set stop_requested_at = coalesce(m.stop_requested_at, :now)
      from mine where m.id = mine.id and not mine.idle
      returning m.id
    )${grantFreedSlots}
    union all
    select null, null, false, null, null, null, null, null, null from asked`,
  );
export const STOP = stop('reply-stop', WITHOUT_EVENT);
/** The same, with the event for the app's server. */
export const STOP_WITH_EVENT = stop('reply-stop-event', WITH_EVENT);

const { prior, allowance, charge, paid, recorded, answer } = quotaCtes;

/** The common CTEs: the idempotency key is looked up before any limit, the room's lock orders requests, the tier gives the limit. */
const COMMON_CTES = `${prior},
room as (
  select id, message_count, tail_id, branch from chatrooms where id = :roomId and user_id = :userId for no key update
),
mine as (
  select m.id, m.status, m.seq, m.generation, m.charged_on, m.in_reply_to
  from messages m, room
  where m.id = :replyId and m.chatroom_id = room.id and m.role = 'model'
  for no key update of m
),${allowance}`;

/**
 * Retries a failed reply in place. It takes a unit if the failure gave one back (`costs`), and records the day that pays
 * (`chargedOn`). The newest reply of a message that has not failed becomes the active one. The fencing token is raised here
 * as well: the worker of a reply that failed at its deadline may still be writing, and the row becomes live again.
 * Indexes: idempotency_keys_pkey, chatrooms_pkey, messages_pkey, room_slots_pkey, user_slots_pkey, those of settle_answers
 * (migrations/1796000200000).
 */
const retry = (name: string, { costs, chargedOn }: { costs: string; chargedOn: string }) =>
  statement<ActionParameters, ActionRow>(
    name,
    `
with ${COMMON_CTES},
wanted as (
  select ${costs} as costs from mine
  where mine.status = 'failed' and mine.generation <= ${MAX_RETRIES}
    and not exists (select from prior)
),
${charge},${paid},
settled as (
  select settle_answers(:roomId, mine.in_reply_to, mine.id, mine.seq) as active from mine, paid
),
revived as (
  update messages m
  set status = 'queued', attempt = m.attempt + 1, generation = m.generation + 1, failures = 0, error_code = null, finish_reason = null,
      provider = null, completed_at = null, next_attempt_at = null, stop_requested_at = null, content = '', feedback = null,
      charged_on = ${chargedOn}, active = settled.active, request_id = coalesce(:requestId::text, m.request_id),
      trace_context = :traceContext::text,
      turn_at = case when reply_may_begin(:userId, :roomId, ${RUNNING_PER_USER}) then :now::timestamptz end
  from mine, settled where m.id = mine.id
  returning m.turn_at is not null as granted, m.generation
),
${recorded('revived', ':resultId')}
select ${answer({
      found: 'mine',
      made: 'revived',
      refusals: `when exists (select from mine where status <> 'failed' or generation > ${MAX_RETRIES}) then 'not_retriable'`,
    })}, (select generation from revived) as generation`,
  );
export const RETRY = retry('reply-retry', {
  costs: 'mine.charged_on is null',
  chargedOn: 'coalesce(m.charged_on, :day::date)',
});
/** Retry by an operator: it takes no unit of the user's day. */
export const RETRY_FREE = retry('reply-retry-free', { costs: 'false', chargedOn: 'm.charged_on' });

/**
 * Creates another answer to the same message, a sibling of the first: a branch begins with it, and the room's active leaf
 * moves to it. It takes a unit. Refused while the room has a live reply, also one that another request began during the
 * wait for the lock. Indexes: as {@link RETRY}, messages_pkey, message_branches_pkey, message_branches_siblings_idx.
 */
export const REGENERATE = statement<ActionParameters, ActionRow>(
  'reply-regenerate',
  `
with ${COMMON_CTES},
busy as (
  select from room where room_is_busy(room.id)
),
question as (
  select m.id, m.seq, m.branch from messages m, mine where m.id = mine.in_reply_to
),
wanted as (
  select true as costs from mine
  where not exists (select from busy) and not exists (select from prior)
),
${charge},${paid},
moved as (
  update chatrooms r
  set message_count = r.message_count + 1, tail_id = :resultId, branch = r.message_count + 1, branches = r.branches + 1
  from room, paid where r.id = room.id
  returning r.message_count as seq
),${leftByFork},${branchCtes.begun({ parent: 'question', role: 'model', firstSeq: 'moved.seq' })},
begun as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, in_reply_to, role, status, charged_on, turn_at,
    created_at, request_id, trace_context)
  select :resultId, :roomId, :userId, moved.seq, mine.in_reply_to, moved.seq, mine.in_reply_to, 'model', 'queued', :day::date,
    case when reply_may_begin(:userId, :roomId, ${RUNNING_PER_USER}) then :now::timestamptz end, :now, :requestId, :traceContext from moved, mine
  returning turn_at is not null as granted, generation
),
${recorded('begun', ':resultId')}
select ${answer({
    found: 'mine',
    made: 'begun',
    refusals: `when exists (select from busy) then 'reply_in_progress'`,
  })}, (select generation from begun) as generation`,
);
