import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndex } from './indexes.js';

/** The replies with feedback, newest first, for operators: all, and those of a user. Few rows, but each build reads the whole table once. */
export class RatedReplies1798003100000 implements MigrationInterface {
  name = 'RatedReplies1798003100000';
  /** An index of a large table is built beside its writers, which a transaction cannot contain. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'messages_feedback_idx', 'messages (id desc) where feedback is not null');
    await buildIndex(
      runner,
      'messages_feedback_of_user_idx',
      'messages (user_id, id desc) where feedback is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index messages_feedback_idx, messages_feedback_of_user_idx');
  }
}
