import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a model refused for its content or length stays in its room, and is left out of what the model is sent: otherwise
 * every later message of the room would be refused with it.
 */
export class RefusedMessages1798000600003 implements MigrationInterface {
  name = 'RefusedMessages1798000600003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages add column refused boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages drop column refused');
  }
}
