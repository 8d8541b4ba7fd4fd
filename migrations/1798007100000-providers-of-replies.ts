import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The provider that answered a reply, or that failed it last. Without a default: the table is not rewritten, and replies that
 * ended before this release, or in a process of the previous one, have none; a retry by such a process keeps that of the failure.
 */
export class ProvidersOfReplies1798007100000 implements MigrationInterface {
  name = 'ProvidersOfReplies1798007100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages add column provider text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages drop column provider');
  }
}
