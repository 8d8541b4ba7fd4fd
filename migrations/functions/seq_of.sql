-- The seq of a message. A function, so that a statement that has waited for the room's lock finds a message that was accepted
-- meanwhile: its own snapshot is older. Index: messages_pkey.
create or replace function seq_of(of_message uuid) returns integer
language plpgsql set enable_seqscan = off as $$
  begin
    return (select m.seq from messages m where m.id = of_message);
  end $$;
