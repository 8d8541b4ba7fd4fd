import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFunction } from './functions.js';

/**
 * What search reads (docs/adr/0039): the tail, one small row for each message, written with the message; and blocks, which a
 * worker makes of 1,024 messages of a user. Triggers write the tail, so the previous release may write beside this one. No
 * column or index of messages: the updates of a live reply stay HOT.
 */
export class Search1798003500000 implements MigrationInterface {
  name = 'Search1798003500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await createFunction(runner, 'note_searchable', 'eaf6c2354d2f');
    await createFunction(runner, 'note_long_tail', '2267b8ea76b3');
    await createFunction(runner, 'note_new_text', 'faf81b0e6aa7');
    await createFunction(runner, 'note_gone_rooms', 'cc87814739e3');
    await createFunction(runner, 'forget_tail', '542ca9b59af8');
    await runner.query(TRIGGERS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger messages_searchable on messages;
      drop trigger messages_long_tail on messages;
      drop trigger messages_new_text on messages;
      drop trigger chatrooms_gone_from_search on chatrooms;
      drop trigger users_forget_tail on users;
      drop function note_searchable();
      drop function note_long_tail();
      drop function note_new_text();
      drop function note_gone_rooms();
      drop function forget_tail();
      drop table search_tail, search_due, search_blocks`);
  }
}

const TABLES = `
  -- messages that no block has; rows of deleted messages go with the next block
  create table search_tail (
    user_id uuid not null,
    created_at timestamptz not null,
    message_id uuid not null,
    -- raised when the text may have changed
    version smallint not null default 0,
    constraint search_tail_pkey primary key (user_id, created_at, message_id)
  );

  -- users whose tail may be long; few at a time
  create table search_due (
    user_id uuid not null,
    constraint search_due_pkey primary key (user_id)
  );

  create table search_blocks (
    id uuid not null,
    user_id uuid not null,
    newest_at timestamptz not null,
    newest_id uuid not null,
    oldest_at timestamptz not null,
    -- rooms of the messages
    rooms uuid[] not null,
    -- the messages, oldest first: 8 bytes of microseconds, 16 bytes of id
    members bytea not null,
    -- one slice of 128 bytes for each bucket of grams: bit n is message n
    slices bytea not null,
    buckets integer not null,
    -- a room was deleted: the block is made again
    stale boolean not null default false,
    constraint search_blocks_pkey primary key (id),
    constraint search_blocks_user_id_fkey foreign key (user_id) references users (id) on delete cascade
  );
  create index search_blocks_user_idx on search_blocks (user_id, newest_at desc, newest_id desc);
  create index search_blocks_stale_idx on search_blocks (user_id) where stale;
  -- uncompressed and out of line: a search reads single slices
  alter table search_blocks alter column slices set storage external, alter column members set storage external;
`;

const TRIGGERS = `
  -- In the order in which a send and a deletion lock these tables, so that neither waits for the other.
  create trigger users_forget_tail after delete on users for each row execute function forget_tail();
  create trigger chatrooms_gone_from_search after delete on chatrooms referencing old table as gone_rooms
    for each statement execute function note_gone_rooms();
  create trigger messages_searchable after insert on messages referencing new table as new_messages
    for each statement execute function note_searchable();
  create trigger messages_long_tail after insert on messages for each row
    when (right(new.id::text, 2) in ('00', '80')) execute function note_long_tail();
  create trigger messages_new_text after update of completed_at, content on messages for each row
    when (old.completed_at is not null and (new.completed_at is null or new.content is distinct from old.content))
    execute function note_new_text();
`;
