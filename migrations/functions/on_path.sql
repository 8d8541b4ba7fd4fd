-- Tells whether a message is on the line from the room's first message to its tail. The line is read branch by branch: of each
-- branch it holds the messages up to the one that the next branch begins after. Each step looks its row up by key (`limit 1`):
-- as a plain join, PostgreSQL reads all branches of the room at each step.
-- Indexes: chatrooms_pkey, message_branches_pkey, messages_pkey.
create or replace function on_path(of_room uuid, of_message uuid) returns boolean
language plpgsql set enable_seqscan = off as $$
  begin
    return exists (
      with recursive path as (
        select coalesce(r.branch, 0) as branch, 2147483647 as last_seq from chatrooms r where r.id = of_room
        union all
        select b.parent_branch, b.fork_seq
        from path cross join lateral (
          select k.parent_branch, k.fork_seq from message_branches k
          where k.chatroom_id = of_room and k.branch = path.branch limit 1
        ) b
        where b.parent_branch is not null
      )
      select from messages m join path on path.branch = coalesce(m.branch, 0) and m.seq <= path.last_seq
      where m.id = of_message
    );
  end $$;
