-- The conversation goes on from the newest answer to a message that has not failed; where it ends with one of that
-- message's answers, the next message continues from it. Sees to the other answers and to the room, and tells whether it
-- is this reply, whose row it leaves to the caller. `reply_seq` is where the reply stands; null: it is failing.
-- The caller holds the room's lock, so that no other transaction decides at the same time.
-- Indexes: messages_pkey, messages_chatroom_id_seq_key, chatrooms_pkey.
create or replace function settle_answers(of_room uuid, of_question uuid, reply uuid, reply_seq integer) returns boolean
language plpgsql as $$
  declare
    question_seq integer;
    chosen uuid;
  begin
    select q.seq into question_seq from messages q where q.id = of_question;

    select answer.id into chosen
    from (
      select m.id, m.seq from messages m
      where m.chatroom_id = of_room and m.seq > question_seq and m.in_reply_to = of_question and m.id <> reply
        and m.status <> 'failed'
      union all
      select reply, reply_seq where reply_seq is not null
    ) answer
    order by answer.seq desc limit 1;

    update messages m set active = not m.active
    where m.chatroom_id = of_room and m.seq > question_seq and m.in_reply_to = of_question and m.id <> reply
      and m.active <> (m.id is not distinct from chosen);

    update chatrooms r set tail_id = chosen
    where r.id = of_room and r.tail_id <> chosen
      and exists (select from messages t where t.id = r.tail_id and t.in_reply_to = of_question);

    return chosen is not distinct from reply;
  end $$;
