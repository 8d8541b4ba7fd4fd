import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFunction } from './functions.js';

/**
 * Which answer to a message the conversation goes on from is decided in one place: by a function, because a step of a
 * statement sees the data as old as the statement is, a volatile function as they are when it is called. A retry and a
 * failure at the same moment would each count on the other's answer, and none would be left.
 */
export class AnswersToGoOnFrom1796000200000 implements MigrationInterface {
  name = 'AnswersToGoOnFrom1796000200000';

  async up(runner: QueryRunner): Promise<void> {
    await createFunction(runner, 'settle_answers', '6a2e7ea6ea12');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function settle_answers(uuid, uuid, uuid, integer)');
  }
}
