/**
 * Common table expressions of the statements that begin a branch: the end of the branch that the room leaves is noted, and a
 * branch begins after the parent of its first message.
 * They need `room` (locked, with tail_id and branch) and `moved`, which has a row, with `seq`, where the action is carried out.
 * Messages that were accepted during the wait for the lock are newer than the statement's snapshot: functions read what depends
 * on them.
 * Indexes: messages_pkey, message_branches_pkey, message_branches_siblings_idx.
 */
export const branchCtes = {
  /**
   * Notes where the branch ends that the room leaves. The trunk, branch 0, gets its row when the room first leaves it.
   * @param branch branch that is left
   * @param tip seq of its newest message
   * @param from what has one row where the branch is left
   */
  left: ({ branch, tip, from }: { branch: string; tip: string; from: string }): string => `
left_branch as (
  insert into message_branches as known (chatroom_id, branch, parent_key, role, sibling, fork_seq, tip_seq)
  select room.id, ${branch}, room.id, 'user', 1, 0, ${tip} from ${from}
  on conflict on constraint message_branches_pkey do update set tip_seq = excluded.tip_seq
  returning 1
)`,

  /**
   * Begins a branch; its row returns `sibling`.
   * @param parent CTE with the id, seq and branch of the parent; without a row the first message is one of the room's roots
   * @param firstSeq seq of the first message, of `moved`
   */
  begun: ({
    parent,
    role,
    firstSeq,
  }: {
    parent: string;
    role: 'user' | 'model';
    firstSeq: string;
  }): string => `
branch as (
  insert into message_branches (chatroom_id, branch, parent_key, role, sibling, parent_branch, fork_seq, tip_seq)
  select room.id, ${firstSeq}, coalesce(parent.id, room.id), '${role}',
    next_sibling(room.id, coalesce(parent.id, room.id), '${role}'),
    case when parent.id is not null then coalesce(parent.branch, 0) end, coalesce(parent.seq, 0), moved.seq
  from moved cross join room left join ${parent} parent on true
  returning sibling
)`,
};

/** {@link branchCtes.left} for an action that forks the room's active path, which ends at the room's leaf. */
export const leftByFork = branchCtes.left({
  branch: 'coalesce(room.branch, 0)',
  tip: 'tip',
  // The leaf is absent while a deletion of the account erases the room.
  from: 'room cross join lateral seq_of(room.tail_id) tip, moved where tip is not null',
});
