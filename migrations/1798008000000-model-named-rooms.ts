import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A third source of a room's name: the model. The new constraint holds new rows first and reads the old ones afterwards,
 * without a lock that a write would wait for.
 */
export class ModelNamedRooms1798008000000 implements MigrationInterface {
  name = 'ModelNamedRooms1798008000000';
  // In one transaction the reading would hold the lock of the first statement. Both can be run again after a failure.
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table chatrooms
        drop constraint chatrooms_name_source_check,
        add constraint chatrooms_name_source_check check (name_source in ('default', 'message', 'model', 'user')) not valid`);
    await runner.query('alter table chatrooms validate constraint chatrooms_name_source_check');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`update chatrooms set name_source = 'message' where name_source = 'model'`);
    await runner.query(`
      alter table chatrooms
        drop constraint chatrooms_name_source_check,
        add constraint chatrooms_name_source_check check (name_source in ('default', 'message', 'user'))`);
  }
}
