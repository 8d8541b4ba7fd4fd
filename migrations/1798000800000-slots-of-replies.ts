import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFunction } from './functions.js';

/**
 * Live replies are counted in a row a user and a row a room (docs/adr/0030), so that sends, claims and ends read those rows
 * instead of the index of live messages, which is full of dead versions while a snapshot is held. A trigger keeps the rows,
 * so the previous release may write beside this one.
 */
export class SlotsOfReplies1798000800000 implements MigrationInterface {
  name = 'SlotsOfReplies1798000800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await createFunction(runner, 'note_live_reply', 'ee1c63efee9b');
    await runner.query(TRIGGERS);
    await runner.query(LIVE_NOW);
    await createFunction(runner, 'reply_may_begin', '7b7ce00ef573');
    await createFunction(runner, 'admit_replies', '874c05793963');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(FUNCTIONS_BEFORE);
    await runner.query(`
      drop trigger messages_note_new_reply on messages;
      drop trigger messages_note_reply on messages;
      drop function note_live_reply();
      drop table room_slots, user_slots
    `);
  }
}

const TABLES = `
  -- one row a user who has ever sent: replies that hold a slot, and the tickets of rooms that wait for one.
  -- Half-empty pages keep the next version of a row on its page, without a new index entry
  create table user_slots (
    user_id uuid not null,
    granted integer not null default 0,
    -- no room of the user waits with a lower ticket
    first_ticket bigint not null default 0,
    next_ticket bigint not null default 0,
    constraint user_slots_pkey primary key (user_id),
    constraint user_slots_user_id_fkey foreign key (user_id) references users (id) on delete cascade
  ) with (fillfactor = 50);

  -- one row a room that has ever had a live reply
  create table room_slots (
    chatroom_id uuid not null,
    user_id uuid not null,
    live integer not null default 0,
    granted integer not null default 0,
    -- no live reply of the room has a lower seq
    first_live_seq integer not null,
    -- place of the room among the user's rooms that wait for a slot; null: the room does not wait
    ticket bigint,
    constraint room_slots_pkey primary key (chatroom_id),
    constraint room_slots_chatroom_id_fkey foreign key (chatroom_id) references chatrooms (id) on delete cascade
  ) with (fillfactor = 50);
  create index room_slots_waiting_idx on room_slots (user_id, ticket) where ticket is not null;
`;

const TRIGGERS = `
  create trigger messages_note_new_reply before insert on messages for each row
    when (new.completed_at is null) execute function note_live_reply();
  create trigger messages_note_reply before delete or update of turn_at, completed_at on messages for each row
    execute function note_live_reply();
`;

/** What is live now; the new triggers keep every writer of messages out until the migration is committed. */
const LIVE_NOW = `
  insert into room_slots (chatroom_id, user_id, live, granted, first_live_seq, ticket)
  select chatroom_id, user_id, live, granted, first_live_seq,
    case when granted = 0 then row_number() over (partition by user_id, granted = 0 order by oldest, chatroom_id) - 1 end
  from (
    select m.chatroom_id, m.user_id, count(*) as live, count(m.turn_at) as granted, min(m.seq) as first_live_seq,
      min(m.created_at) as oldest
    from messages m join users u on u.id = m.user_id
    where m.completed_at is null group by m.chatroom_id, m.user_id
  ) live_room;
  insert into user_slots (user_id, granted, next_ticket)
  select user_id, sum(granted), count(ticket) from room_slots group by user_id;
`;

/** As the previous release has them. */
const FUNCTIONS_BEFORE = `
  create or replace function reply_may_begin(of_user uuid, of_room uuid, most integer) returns boolean language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(1919250540, hashtext(of_user::text));
      return not exists (select from messages where chatroom_id = of_room and completed_at is null) and most - (
        select count(*) from messages where user_id = of_user and completed_at is null and turn_at is not null
      ) > 0;
    end $$;

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
`;
