import { Chatroom } from '../../chatroom/chatroom.entity.js';
import { columnsOf } from '../../platform/database/columns.js';
import { statement } from '../../platform/database/statement.js';
import { branchCtes } from './branch.ctes.js';

/**
 * Moves the active leaf of a room to the newest message below a message; the branch that the room leaves keeps its end. The
 * leaf is found by a function, which sees the room as it is under the lock, not as old as the statement.
 * Indexes: chatrooms_pkey, messages_pkey, message_branches_pkey, those of newest_below (migrations/functions).
 */
export const CHOOSE = statement<{ userId: string; roomId: string; messageId: string; now: Date }, Chatroom>(
  'room-choose',
  `
with room as (
  select id, tail_id, branch from chatrooms where id = :roomId and user_id = :userId for no key update
),
leaf as (
  select newest.*
  from room join messages m on m.id = :messageId and m.chatroom_id = room.id
  cross join lateral newest_below(room.id, coalesce(m.branch, 0), m.seq) newest
),
moved as (
  select leaf.left_branch, leaf.left_seq from room, leaf where leaf.id <> room.tail_id
),${branchCtes.left({ branch: 'moved.left_branch', tip: 'moved.left_seq', from: 'room, moved' })}
update chatrooms r
set tail_id = leaf.id, branch = leaf.branch,
    updated_at = case when exists (select from moved) then greatest(:now, r.updated_at) else r.updated_at end
from leaf where r.id = :roomId
returning ${columnsOf(Chatroom, 'r')}`,
);
