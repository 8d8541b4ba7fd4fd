-- Trigger after an account is deleted. search_tail has no foreign key: checking it would cost every send. Index: search_tail_pkey.
create or replace function forget_tail() returns trigger language plpgsql as $$
      begin
        delete from search_tail where user_id = old.id;
        return null;
      end $$;
