-- Has a new reply in this room its turn at once? Not while another reply of the room is live, and not beside `most` of the
-- user's that are at work. The lock ('repl' as a number) is one user's, until the end of the transaction.
-- Indexes: messages_live_idx, messages_live_of_user_idx.
create or replace function reply_may_begin(of_user uuid, of_room uuid, most integer) returns boolean language plpgsql as $$
  begin
    perform pg_advisory_xact_lock(1919250540, hashtext(of_user::text));
    return not exists (select from messages where chatroom_id = of_room and completed_at is null) and most - (
      select count(*) from messages where user_id = of_user and completed_at is null and turn_at is not null
    ) > 0;
  end $$;
