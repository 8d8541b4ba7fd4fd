import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The user's feedback on a reply. Without a default: the table is not rewritten, and the previous release ignores it. */
export class Feedback1798003000000 implements MigrationInterface {
  name = 'Feedback1798003000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- {rating, tags, comment, at}
      alter table messages add column feedback jsonb
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages drop column feedback');
  }
}
