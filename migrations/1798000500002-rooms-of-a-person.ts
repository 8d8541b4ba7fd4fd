import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A person has at most 10,000 rooms (src/chatroom/room-limit.ts). The count is a row of its own, not a column of users:
 * the send statement reads users, and every version of a row costs its readers.
 *
 * Lock order, everywhere: rooms, then the count, then (by a foreign key) the account. The trigger before the insert keeps
 * it, because foreign keys are checked after the statement; the deletion of an account follows it, too.
 */
export class RoomsOfAPerson1798000500002 implements MigrationInterface {
  name = 'RoomsOfAPerson1798000500002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table room_counts (
        user_id uuid not null,
        rooms integer not null,
        constraint room_counts_pkey primary key (user_id),
        constraint room_counts_user_id_fkey foreign key (user_id) references users (id) on delete cascade
      ) with (fillfactor = 50);

      -- no room is made or deleted between the count and the triggers
      lock table chatrooms in share row exclusive mode;
      insert into room_counts (user_id, rooms) select user_id, count(*) from chatrooms group by user_id;

      create function count_new_room() returns trigger language plpgsql as $$
      declare
        total integer;
      begin
        insert into room_counts as c (user_id, rooms) values (new.user_id, 1)
        on conflict on constraint room_counts_pkey do update set rooms = c.rooms + 1
        returning rooms into total;
        if total > 10000 then
          raise exception 'this person has 10000 rooms' using errcode = 'check_violation', constraint = 'room_counts_limit';
        end if;
        return new;
      end $$;
      create trigger chatrooms_count_new before insert on chatrooms
        for each row execute function count_new_room();

      create function uncount_rooms() returns trigger language plpgsql as $$
      begin
        update room_counts c set rooms = c.rooms - gone.rooms
        from (select user_id, count(*) as rooms from gone_rooms group by user_id) gone
        where c.user_id = gone.user_id;
        return null;
      end $$;
      create trigger chatrooms_uncount after delete on chatrooms referencing old table as gone_rooms
        for each statement execute function uncount_rooms()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger chatrooms_count_new on chatrooms;
      drop trigger chatrooms_uncount on chatrooms;
      drop function count_new_room();
      drop function uncount_rooms();
      drop table room_counts`);
  }
}
