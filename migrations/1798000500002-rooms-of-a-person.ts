import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFunction } from './functions.js';

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
      insert into room_counts (user_id, rooms) select user_id, count(*) from chatrooms group by user_id;`);
    await createFunction(runner, 'count_new_room', '8c4f7516fe14');
    await createFunction(runner, 'uncount_rooms', 'fd02341b4bf1');
    await runner.query(`
      create trigger chatrooms_count_new before insert on chatrooms
        for each row execute function count_new_room();
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
