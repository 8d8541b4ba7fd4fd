-- Tells whether a new reply of this room gets its slot at once: no other reply of the room is live, and fewer than `most`
-- of the user's replies hold a slot. Locks the user's row of user_slots until the end of the transaction, so that
-- concurrent sends and ends of one user see each other. Reads two rows, whatever the user and the room have behind them.
-- No sequential scans: a plan made while the tables were small would walk all of them for ever.
-- Indexes: user_slots_pkey, room_slots_pkey.
create or replace function reply_may_begin(of_user uuid, of_room uuid, most integer) returns boolean
language plpgsql set enable_seqscan = off as $$
  declare
    taken integer;
  begin
    select s.granted into taken from user_slots s where s.user_id = of_user for no key update;
    if not found then
      insert into user_slots (user_id) values (of_user) on conflict on constraint user_slots_pkey do nothing;
      select s.granted into taken from user_slots s where s.user_id = of_user for no key update;
    end if;
    return taken < most and not exists (select from room_slots r where r.chatroom_id = of_room and r.live > 0);
  end $$;
