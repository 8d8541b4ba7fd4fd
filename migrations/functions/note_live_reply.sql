-- Trigger before a message is inserted, deleted, or gets another turn_at or completed_at: keeps room_slots and user_slots
-- equal to what the live replies say, in the same transaction, whichever release or hand writes the message.
-- A room with live replies of which none holds a slot waits: it takes the user's next ticket, and loses it when a reply of
-- the room is granted a slot or none is live.
-- Locks are taken in one order: room, message, user_slots, room_slots; a transaction with a row of room_slots holds its user's row.
-- A row that is locked stays where it is: it is written again by its place, which saves a second walk over its versions.
-- Before, not after: admit_replies runs inside the statement that ends a reply and reads the counts.
-- No sequential scans: a plan made while the tables were small would walk all of them for ever.
-- Indexes: user_slots_pkey, room_slots_pkey.
create or replace function note_live_reply() returns trigger
language plpgsql set enable_seqscan = off as $$
  declare
    of_message messages := case when tg_op = 'DELETE' then old else new end;
    live_before integer := (tg_op <> 'INSERT' and old.completed_at is null)::integer;
    live_now integer := (tg_op <> 'DELETE' and new.completed_at is null)::integer;
    granted_before integer := (live_before = 1 and old.turn_at is not null)::integer;
    granted_now integer := (live_now = 1 and new.turn_at is not null)::integer;
    slots record;
    room record;
    is_room_gone boolean := tg_op = 'DELETE' and live_before = 1
      and not exists (select from chatrooms c where c.id = old.chatroom_id);
  begin
    if live_before = live_now and granted_before = granted_now then
      return of_message;
    end if;
    -- The account goes by cascade, and both rows with it.
    if is_room_gone and not exists (select from users u where u.id = old.user_id) then
      return of_message;
    end if;
    select s.ctid as at, s.* into slots from user_slots s where s.user_id = of_message.user_id for no key update;
    if not found and live_now = 1 then
      insert into user_slots (user_id) values (of_message.user_id) on conflict on constraint user_slots_pkey do nothing;
      select s.ctid as at, s.* into slots from user_slots s where s.user_id = of_message.user_id for no key update;
    end if;
    slots.granted := slots.granted + granted_now - granted_before;

    -- The row of a room that goes by cascade goes with it: an update would name a room that is not there.
    if not is_room_gone then
      select r.ctid as at, r.* into room from room_slots r where r.chatroom_id = of_message.chatroom_id;
      if not found and live_now = 1 then
        insert into room_slots (chatroom_id, user_id, first_live_seq)
        values (of_message.chatroom_id, of_message.user_id, of_message.seq)
        returning ctid as at, * into room;
      end if;
      if live_now > live_before then
        room.first_live_seq := case when room.live = 0 then of_message.seq else least(room.first_live_seq, of_message.seq) end;
      end if;
      room.live := room.live + live_now - live_before;
      room.granted := room.granted + granted_now - granted_before;
      if room.live = 0 or room.granted > 0 then
        room.ticket := null;
      elsif room.ticket is null then
        room.ticket := slots.next_ticket;
        slots.next_ticket := slots.next_ticket + 1;
      end if;
      update room_slots r
      set live = room.live, granted = room.granted, ticket = room.ticket, first_live_seq = room.first_live_seq
      where r.ctid = room.at;
    end if;
    update user_slots s
    set granted = slots.granted, next_ticket = slots.next_ticket
    where s.ctid = slots.at and (s.granted, s.next_ticket) <> (slots.granted, slots.next_ticket);
    return of_message;
  end $$;
