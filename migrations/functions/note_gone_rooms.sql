-- Trigger after rooms are deleted: a worker removes what their texts left in blocks. Index: search_blocks_user_idx.
create or replace function note_gone_rooms() returns trigger language plpgsql as $$
      begin
        update search_blocks b set stale = true
        from (select user_id, array_agg(id) as rooms from gone_rooms group by user_id) gone
        where b.user_id = gone.user_id and b.rooms && gone.rooms and not b.stale;
        return null;
      end $$;
