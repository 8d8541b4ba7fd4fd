import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFunction } from './functions.js';

/** The audit log, which is append-only, and the rooms that were opened to an operator. */
export class Operators1798000100000 implements MigrationInterface {
  name = 'Operators1798000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(AUDIT);
    await createFunction(runner, 'refuse_change', 'f93a87a07cfd');
    await runner.query(APPEND_ONLY);
    await runner.query(ROOM_ACCESSES);
    await runner.query(REPLIES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index messages_ended_otherwise_idx;
      drop table room_accesses, audit_log;
      drop function refuse_change()`);
  }
}

const AUDIT = `
  create table audit_log (
    id uuid not null,
    created_at timestamptz not null,
    -- null: the command line
    actor_id uuid,
    action text not null,
    -- whom it concerns; no foreign key: the entry outlives the account
    user_id uuid,
    -- the reply, room or event
    target text,
    -- dates, reasons, old and new states; no number and no text of a message
    details jsonb not null default '{}',
    request_id text,
    constraint audit_log_pkey primary key (id)
  );
  create index audit_log_user_id_idx on audit_log (user_id, id desc);
  create index audit_log_actor_id_idx on audit_log (actor_id, id desc);
  create index audit_log_action_idx on audit_log (action, id desc);
`;

const APPEND_ONLY = `
  create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_change();
`;

const ROOM_ACCESSES = `
  create table room_accesses (
    id uuid not null,
    admin_id uuid not null,
    -- no foreign key: its owner is told of it also when the room is gone
    chatroom_id uuid not null,
    owner_id uuid not null,
    reason text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint room_accesses_pkey primary key (id),
    constraint room_accesses_owner_id_fkey foreign key (owner_id) references users (id) on delete cascade
  );
  create index room_accesses_room_idx on room_accesses (chatroom_id, admin_id, id desc);
  create index room_accesses_owner_id_idx on room_accesses (owner_id, id);
`;

/**
 * Replies that ended in another way than whole, the newest first: failed, blocked, stopped, truncated. Not by their status:
 * that changes when a worker takes a reply, and a column of an index may not change without a new entry in every index.
 * Not "is distinct from", either: the planner takes that for nearly all rows, and reads the whole table.
 */
const REPLIES = `
  create index messages_ended_otherwise_idx on messages (id desc)
    where role = 'model' and finish_reason <> 'stop';
`;
