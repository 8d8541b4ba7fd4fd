-- Trigger before a room is inserted: counts it for its owner, and refuses the 10,001st (room_counts_limit).
-- Index: room_counts_pkey.
create or replace function count_new_room() returns trigger language plpgsql as $$
      declare
        total integer;
      begin
        insert into room_counts as c (user_id, rooms) values (new.user_id, 1)
        on conflict on constraint room_counts_pkey do update set rooms = c.rooms + 1
        returning rooms into total;
        if total > 10000 then
          raise exception 'this person has 10000 rooms' using errcode = 'check_violation', constraint = 'room_counts_limit';
        end if;
        return new;
      end $$;
