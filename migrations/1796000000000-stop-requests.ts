import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A person's wish that a reply end where it is, for whichever worker has it. */
export class StopRequests1796000000000 implements MigrationInterface {
  name = 'StopRequests1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages add column stop_requested_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table messages drop column stop_requested_at');
  }
}
