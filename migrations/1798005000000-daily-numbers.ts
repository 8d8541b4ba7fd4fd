import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Numbers by day for operators. They name no account and no text, and are kept. */
export class DailyNumbers1798005000000 implements MigrationInterface {
  name = 'DailyNumbers1798005000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table daily_numbers');
  }
}

const TABLE = `
  create table daily_numbers (
    -- in QUOTA_TIME_ZONE
    day date not null,
    -- what is counted, and its kind: a state, a code, a model, the upper bound of a time
    name text not null,
    label text not null,
    count bigint not null,
    constraint daily_numbers_pkey primary key (day, name, label)
  -- the rows of today are updated every few seconds: half of each page is left for their new versions
  ) with (fillfactor = 50);
`;
