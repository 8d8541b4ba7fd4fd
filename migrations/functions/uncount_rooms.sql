-- Trigger after rooms are deleted: counts them out of their owners' rooms. Index: room_counts_pkey.
create or replace function uncount_rooms() returns trigger language plpgsql as $$
      begin
        update room_counts c set rooms = c.rooms - gone.rooms
        from (select user_id, count(*) as rooms from gone_rooms group by user_id) gone
        where c.user_id = gone.user_id;
        return null;
      end $$;
