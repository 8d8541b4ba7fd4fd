-- Trigger after the text of a final message may change: search reads it from the tail again. A worker that is moving the
-- message into a block sees the higher version and leaves it in the tail. Index: search_tail_pkey.
create or replace function note_new_text() returns trigger language plpgsql as $$
      begin
        insert into search_tail as tail (user_id, created_at, message_id) values (new.user_id, new.created_at, new.id)
        on conflict (user_id, created_at, message_id) do update set version = tail.version + 1;
        return null;
      end $$;
