import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When an account was last used, and the deleted accounts whose deletion outside the database is not done yet. */
export class AccountEndings1798000000000 implements MigrationInterface {
  name = 'AccountEndings1798000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- to within a day: it is moved once a day at most
      alter table users add column last_active_at timestamptz not null default now();
      update users set last_active_at =
        greatest(updated_at, (select max(last_used_at) from sessions where sessions.user_id = users.id));
      -- only a number can be given to somebody else
      create index users_last_active_at_idx on users (last_active_at) where mobile_number is not null;

      -- one row from the transaction that deleted the account until whatever it could not reach is told
      create table account_endings (
        -- no foreign key: the account is gone
        user_id uuid not null,
        ended_at timestamptz not null,
        constraint account_endings_pkey primary key (user_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table account_endings;
      alter table users drop column last_active_at`);
  }
}
