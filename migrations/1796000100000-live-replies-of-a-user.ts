import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFunction } from './functions.js';

/**
 * A user has a few replies at work at a time; the others wait for their turn (docs/adr/0011). Whose turn it is is asked
 * by two functions, because a step of a statement sees the data as old as the statement is, a volatile function as they
 * are when it is called: after the lock that all who ask for the same user take.
 */
export class LiveRepliesOfAUser1796000100000 implements MigrationInterface {
  name = 'LiveRepliesOfAUser1796000100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(COLUMNS);
    await createFunction(queryRunner, 'reply_may_begin', '2c6bdf0d9965');
    await createFunction(queryRunner, 'admit_replies', 'e8e5e3dffddc');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop function admit_replies(uuid, timestamptz, integer);
      drop function reply_may_begin(uuid, uuid, integer);
      drop index messages_live_of_user_idx;
      alter table messages drop column put_offs
    `);
  }
}

const COLUMNS = `
  -- claims that were given back without a fault of the reply's: the model was over its limit, or was not asked at all
  alter table messages add column put_offs integer not null default 0;
  -- the live replies of a user: those at work (turn_at not null) to be counted, those that wait the oldest first
  create index messages_live_of_user_idx on messages (user_id, turn_at, created_at) where completed_at is null;
`;
