-- Trigger after messages are inserted: search reads them from the tail until a block has them. Index: search_tail_pkey.
create or replace function note_searchable() returns trigger language plpgsql as $$
      begin
        insert into search_tail (user_id, created_at, message_id) select user_id, created_at, id from new_messages;
        return null;
      end $$;
