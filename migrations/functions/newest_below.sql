-- The newest message below a message of a room, itself included: its id, seq and branch; and the branch in which the room is
-- now, with the seq of its newest message, for a caller that leaves it.
-- Within a branch every later message is below an earlier one, so only the newest message of each branch is compared: the
-- cost is that of the branches below the message, not of the messages nor of the room's other branches. Each step reads a range
-- of an index (`offset 0`): as a plain join, PostgreSQL reads all branches of the room at each step. The room's present branch
-- ends at its tail; the others keep the seq at which the room left them. The caller holds the room's lock.
-- Indexes: chatrooms_pkey, messages_pkey, message_branches_forks_idx, messages_chatroom_id_seq_key.
create or replace function newest_below(of_room uuid, of_branch integer, of_seq integer)
returns table (id uuid, seq integer, branch integer, left_branch integer, left_seq integer) language plpgsql rows 1 set enable_seqscan = off as $$
  declare
    present_branch integer;
    present_seq integer;
  begin
    select coalesce(r.branch, 0), t.seq into present_branch, present_seq
    from chatrooms r left join messages t on t.id = r.tail_id where r.id = of_room;
    return query
    with recursive below as (
      select of_branch as branch, of_seq as from_seq, (select b.tip_seq from message_branches b where b.chatroom_id = of_room and b.branch = of_branch) as tip_seq
      union all
      select b.branch, 0, b.tip_seq
      from below cross join lateral (
        select k.branch, k.tip_seq from message_branches k
        where k.chatroom_id = of_room and k.parent_branch = below.branch and k.fork_seq >= below.from_seq offset 0
      ) b
    )
    select m.id, m.seq, m.branch, present_branch, present_seq from messages m
    where m.chatroom_id = of_room and m.seq = (
      select greatest(of_seq, max(case when below.branch = present_branch then present_seq else below.tip_seq end)) from below
    );
  end $$;
