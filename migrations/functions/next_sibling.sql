-- The number of the next sibling below a parent (the room's id: of the first messages). A function, so that a statement that
-- has waited for the room's lock counts the siblings that were accepted meanwhile: its own snapshot is older. The caller holds
-- the room's lock. Index: message_branches_siblings_idx.
create or replace function next_sibling(of_room uuid, of_parent uuid, of_role text) returns integer
language plpgsql set enable_seqscan = off as $$
  begin
    return 1 + greatest(1, (
      select max(b.sibling) from message_branches b
      where b.chatroom_id = of_room and b.parent_key = of_parent and b.role = of_role
    ));
  end $$;
