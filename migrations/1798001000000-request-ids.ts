import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The id of the request that asked for a reply, so that the log lines of a send, of its worker and of the reply's end can be
 * joined. Without a default: the table is not rewritten, and rows of the previous release have none.
 */
export class RequestIds1798001000000 implements MigrationInterface {
  name = 'RequestIds1798001000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages add column request_id text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages drop column request_id');
  }
}
