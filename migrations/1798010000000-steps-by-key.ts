import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFunction } from './functions.js';

/**
 * Each step along a path of branches looks its row up by key. PostgreSQL had planned the steps as joins, and read all branches
 * of the room at each of them.
 */
export class StepsByKey1798010000000 implements MigrationInterface {
  name = 'StepsByKey1798010000000';

  async up(runner: QueryRunner): Promise<void> {
    await createFunction(runner, 'on_path', '21aff61d0ce7');
    await createFunction(runner, 'newest_below', '9ae30bf2e49d');
  }

  /** The texts return what they returned before: they stay. */
  async down(): Promise<void> {}
}
