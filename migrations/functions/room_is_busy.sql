-- Tells whether a room has a live reply. A function, so that a statement that has waited for the room's lock sees what was
-- committed meanwhile: its own snapshot is older. The caller holds the room's lock. Index: room_slots_pkey.
create or replace function room_is_busy(of_room uuid) returns boolean
language plpgsql set enable_seqscan = off as $$
  begin
    return exists (select from room_slots s where s.chatroom_id = of_room and s.live > 0);
  end $$;
