import { statement } from '../../platform/database/statement.js';
import { RUNNING_PER_USER } from '../replies/reply-policy.js';
import { quotaCtes, type QuotaRow } from '../send/quota.ctes.js';
import type { SendParameters, SendRow } from '../send/send.statement.js';
import { branchCtes, leftByFork } from './branch.ctes.js';

/** Parameters: those of a send without the name of the room, and the message that is edited. */
export interface EditParameters extends Omit<SendParameters, 'roomName'> {
  editedId: string;
}

/** The result row. */
export type EditRow = Omit<SendRow, 'outcome'> & QuotaRow<'reply_in_progress'>;

const { prior, allowance, charge, recorded, answer } = quotaCtes;

/**
 * Accepts another form of a user's message, a sibling with the same parent, in one statement and one round trip: the key, the
 * locks, the unit and the order of a send. A branch begins with it, and the room's active leaf moves to its reply. Refused
 * while the room has a live reply, also one that another request began during the wait for the lock.
 * Indexes: those of the send, messages_pkey, message_branches_pkey, message_branches_siblings_idx.
 */
export const EDIT = statement<EditParameters, EditRow>(
  'edit',
  `
with ${prior},
room as (
  select id, message_count, tail_id, branch from chatrooms where id = :roomId and user_id = :userId for no key update
),
edited as (
  select m.parent_id from messages m, room where m.id = :editedId and m.chatroom_id = room.id and m.role = 'user'
),
parent as (
  select m.id, m.seq, m.branch from messages m, edited where m.id = edited.parent_id
),${allowance},
busy as (
  select from room where room_is_busy(room.id)
),
wanted as (
  select true as costs from edited where not exists (select from busy) and not exists (select from prior)
),${charge},
moved as (
  update chatrooms r
  set message_count = r.message_count + 2,
      tail_id = :replyId,
      branch = r.message_count + 1,
      branches = r.branches + 1,
      last_message_at = :now,
      last_activity_at = :now
  from room, edited, charge
  where r.id = room.id
  returning r.message_count as seq, edited.parent_id, r.branch
),${leftByFork},${branchCtes.begun({ parent: 'parent', role: 'user', firstSeq: 'moved.seq - 1' })},
slot as (
  select reply_may_begin(:userId, :roomId, ${RUNNING_PER_USER}) as granted from moved
),
question as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, role, content, status, created_at, completed_at)
  select :messageId, :roomId, :userId, seq - 1, parent_id, branch, 'user', :content, 'completed', :now, :now from moved
),
answer as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, in_reply_to, role, status, charged_on, turn_at,
    created_at, request_id, trace_context)
  select :replyId, :roomId, :userId, seq, :messageId, branch, :messageId, 'model', 'queued', :day::date,
    case when slot.granted then :now::timestamptz end, :now, :requestId, :traceContext
  from moved, slot
),${recorded('moved', ':replyId')}
select ${answer({
    found: 'edited',
    made: 'slot',
    refusals: `when exists (select from busy) then 'reply_in_progress'`,
  })},
  (select seq from moved) as seq,
  (select parent_id from moved) as "parentId",
  (select branch from moved) as branch,
  (select sibling from branch) as sibling`,
);
