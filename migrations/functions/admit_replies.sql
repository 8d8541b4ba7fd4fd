-- Grants free slots of the user to the rooms that wait longest, one reply a room, and returns what their jobs are named by.
-- A reply that another transaction is ending at this moment is passed over, not waited for: that transaction grants, too.
-- Takes the lock that reply_may_begin takes. Dead versions are not walked: tickets rise, and first_ticket is at or below the
-- lowest one that waits; in a room the search begins at first_live_seq. Waiting replies behind the first one are not walked either.
-- By status, not `completed_at is null`, and without sequential scans: a plan made while the tables were small would walk
-- the dead versions after all.
-- Indexes: user_slots_pkey, room_slots_waiting_idx, messages_chatroom_id_seq_key, messages_pkey.
create or replace function admit_replies(of_user uuid, begins_at timestamptz, most integer) returns table (id uuid, generation integer)
language plpgsql rows 1 set enable_seqscan = off as $$
  declare
    slots record;
    room record;
    head_id uuid;
    head_seq integer;
    free integer;
    passed_over bigint;
    next_first bigint;
  begin
    select * into slots from user_slots s where s.user_id = of_user for no key update;
    free := most - slots.granted;
    if not found or free <= 0 or slots.first_ticket >= slots.next_ticket then
      return;
    end if;
    next_first := slots.next_ticket;
    for room in
      select * from room_slots r where r.user_id = of_user and r.ticket >= slots.first_ticket order by r.ticket
    loop
      if free = 0 then
        next_first := room.ticket;
        exit;
      end if;
      select m.id, m.seq into head_id, head_seq from messages m
      where m.chatroom_id = room.chatroom_id and m.seq >= room.first_live_seq and m.status in ('queued', 'streaming', 'retrying')
      order by m.seq limit 1;
      perform from messages m where m.id = head_id and m.status in ('queued', 'streaming', 'retrying') for no key update skip locked;
      if found then
        update room_slots r set first_live_seq = head_seq
        where r.chatroom_id = room.chatroom_id and r.first_live_seq <> head_seq;
        return query
        update messages m set turn_at = begins_at where m.id = head_id
        returning m.id, m.generation;
        free := free - 1;
      else
        passed_over := coalesce(passed_over, room.ticket);
      end if;
    end loop;
    update user_slots s set first_ticket = coalesce(passed_over, next_first) where s.user_id = of_user;
  end $$;
