-- The conversation goes on from the newest answer to a message that has not failed. Sees to the other answers and to the
-- room, and tells what to store as `active` of this reply, whose row it leaves to the caller: in a room without branches
-- whether it is the newest answer; in any other one whether it has not failed, because there the path decides.
-- `reply_seq` is where the reply stands; null: it
-- is failing. A room that ends with a failing reply goes back to the newest message below the answer that takes its place; a
-- retried reply takes the room back to its own branch.
-- The caller holds the room's lock, so that no other transaction decides at the same time. A room with branches lists the
-- further answers to each message; the first one stands beside the message. In a room without any the answers are looked for.
-- Indexes: messages_pkey, messages_chatroom_id_seq_key, chatrooms_pkey, message_branches_siblings_idx.
create or replace function settle_answers(of_room uuid, of_question uuid, reply uuid, reply_seq integer) returns boolean
language plpgsql as $$
  declare
    room record;
    question record;
    first_id uuid;
    first_seq integer;
    chosen uuid;
    chosen_seq integer;
    leaf record;
  begin
    select r.tail_id, r.branch, r.branches, t.seq as tail_seq, t.in_reply_to as tail_answers into room
    from chatrooms r left join messages t on t.id = r.tail_id where r.id = of_room;
    select q.seq, q.branch into question from messages q where q.id = of_question;

    if room.branches = 0 then
      select answer.id, answer.seq into chosen, chosen_seq
      from (
        select m.id, m.seq from messages m
        where m.chatroom_id = of_room and m.seq > question.seq and m.in_reply_to = of_question and m.id <> reply
          and m.status <> 'failed'
        union all
        select reply, reply_seq where reply_seq is not null
      ) answer
      order by answer.seq desc limit 1;

      update messages m set active = not m.active
      where m.chatroom_id = of_room and m.seq > question.seq and m.in_reply_to = of_question and m.id <> reply
        and m.active <> (m.id is not distinct from chosen);

      update chatrooms r set tail_id = chosen
      where r.id = of_room and r.tail_id <> chosen and room.tail_answers = of_question;
      return chosen is not distinct from reply;
    end if;

    select m.id, m.seq into first_id, first_seq from messages m
    where m.chatroom_id = of_room and m.seq > question.seq and m.in_reply_to = of_question
      and m.branch is not distinct from question.branch
    order by m.seq limit 1;

    select answer.id, answer.seq into chosen, chosen_seq
    from (
      (select m.id, m.seq from message_branches b join messages m on m.chatroom_id = b.chatroom_id and m.seq = b.branch
       where b.chatroom_id = of_room and b.parent_key = of_question and b.role = 'model' and m.id <> reply and m.status <> 'failed'
       order by b.sibling desc limit 1)
      union all
      select m.id, m.seq from messages m where m.id = first_id and m.id <> reply and m.status <> 'failed'
      union all
      select reply, reply_seq where reply_seq is not null
    ) answer
    order by answer.seq desc limit 1;

    if room.tail_id = reply and chosen <> reply or chosen = reply and not on_path(of_room, reply) then
      select l.id, l.seq, l.branch into leaf
      from messages m cross join lateral newest_below(of_room, coalesce(m.branch, 0), m.seq) l where m.id = chosen;
      if leaf.id <> room.tail_id then
        update message_branches b set tip_seq = room.tail_seq
        where b.chatroom_id = of_room and b.branch = coalesce(room.branch, 0);
        update chatrooms r set tail_id = leaf.id, branch = leaf.branch where r.id = of_room;
      end if;
    end if;
    return reply_seq is not null;
  end $$;
