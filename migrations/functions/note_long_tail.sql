-- Trigger after one of about 128 inserted messages: a worker looks whether the user's tail has become long.
create or replace function note_long_tail() returns trigger language plpgsql as $$
      begin
        insert into search_due (user_id) values (new.user_id) on conflict do nothing;
        return null;
      end $$;
