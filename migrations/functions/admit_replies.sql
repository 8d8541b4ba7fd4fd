-- Begins the turn of the user's oldest waiting replies that are first in their room, until `most` are at work; gives what
-- their jobs are named by. One that another transaction is ending at this moment is passed over, not waited for: that one
-- admits, too. The lock ('repl' as a number) is one user's, until the end of the transaction.
-- Indexes: messages_live_of_user_idx, messages_live_idx, messages_pkey.
create or replace function admit_replies(of_user uuid, begins_at timestamptz, most integer) returns table (id uuid, generation integer)
language plpgsql rows 1 as $$
  begin
    perform pg_advisory_xact_lock(1919250540, hashtext(of_user::text));
    return query
    with oldest as materialized (
      select w.id from messages w
      where w.user_id = of_user and w.completed_at is null and w.turn_at is null
        and not exists (select from messages earlier
                        where earlier.chatroom_id = w.chatroom_id and earlier.completed_at is null and earlier.seq < w.seq)
      order by w.turn_at, w.created_at
      limit greatest(0, most - (
      select count(*) from messages where user_id = of_user and completed_at is null and turn_at is not null
    ))
      for no key update of w skip locked
    )
    update messages m set turn_at = begins_at from oldest where m.id = oldest.id
    returning m.id, m.generation;
  end $$;
