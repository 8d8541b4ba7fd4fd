import { columnProperties, columnsOf } from '../platform/database/columns.js';
import { Message } from './message.entity.js';

const STORED = columnsOf(
  Message,
  'm',
  columnProperties(Message).filter((property) => property !== 'active'),
);

/**
 * The columns of a message `m` as clients see it, in a room `r`: in a room with branches the place among the siblings and
 * `active` are looked up; any other room pays nothing for them.
 * Indexes: message_branches_pkey, message_branches_siblings_idx.
 * @param isOnPath condition: is `m` on the active path?
 */
export const messageColumns = (isOnPath: string): string => `${STORED},
      m.active and (r.branches = 0 or ${isOnPath}) as active,
      case when r.branches = 0 then 1 else coalesce((
        select b.sibling from message_branches b where b.chatroom_id = m.chatroom_id and b.branch = m.seq and m.branch = m.seq
      ), 1) end as "siblingIndex",
      case when r.branches = 0 then 1 else coalesce((
        select max(b.sibling) from message_branches b
        where b.chatroom_id = m.chatroom_id and b.parent_key = coalesce(m.parent_id, m.chatroom_id) and b.role = m.role
      ), 1) end as "siblingCount"`;

/** For a statement that reads one message of a room. */
export const ON_PATH = 'on_path(m.chatroom_id, m.id)';

/** Common table expression: the room, if it is the caller's. Index: chatrooms_pkey. */
export const OWNED_ROOM = `
    room as materialized (
      select id, tail_id, branch, branches from chatrooms where id = :roomId and user_id = :userId
    )`;

/**
 * Common table expression (recursive) for pages: the active path branch by branch, empty in a room without branches. Of each
 * branch it holds the messages up to the one that the next branch begins after. Each step looks its row up by key (`limit 1`):
 * as a plain join, PostgreSQL reads all branches of the room at each step. Index: message_branches_pkey.
 */
export const ACTIVE_PATH = `
    path as (
      select coalesce(branch, 0) as branch, 2147483647 as last_seq from room where branches > 0
      union all
      select b.parent_branch, b.fork_seq
      from path cross join lateral (
        select parent_branch, fork_seq from message_branches where chatroom_id = :roomId and branch = path.branch limit 1
      ) b
      where b.parent_branch is not null
    )`;
export const IS_ON_ACTIVE_PATH =
  'exists (select from path where path.branch = coalesce(m.branch, 0) and m.seq <= path.last_seq)';
