import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndex } from './indexes.js';

/**
 * The index of a user's sessions has the ended ones, too: an export and the deletion of an account had read the sessions of
 * all users. It is built under another name, so that the live sessions are found meanwhile.
 */
export class AllSessionsOfAUser1798010100000 implements MigrationInterface {
  name = 'AllSessionsOfAUser1798010100000';
  /** An index of a large table is built beside its writers, which a transaction cannot contain. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'sessions_user_id_new_idx', 'sessions (user_id, id desc)');
    await runner.query('drop index concurrently if exists sessions_user_id_idx');
    await runner.query('alter index sessions_user_id_new_idx rename to sessions_user_id_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index sessions_user_id_idx;
      create index sessions_user_id_idx on sessions (user_id, id desc) where ended_at is null`);
  }
}
