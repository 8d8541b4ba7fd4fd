import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What `npm run import` has brought over: whose old id is which account or room here, so that it can be run again. */
export class ImportedRows1798000300000 implements MigrationInterface {
  name = 'ImportedRows1798000300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table imported_rows');
  }
}

const TABLE = `
  create table imported_rows (
    -- the old backend's name: ids of two of them may be the same
    source text not null,
    kind text not null,
    -- keyed hash of the old id, which may be a number, and must not outlive the account
    old_key bytea not null,
    -- of the account or room; no foreign key: what its owner has deleted here must not come back
    id uuid not null,
    constraint imported_rows_pkey primary key (source, kind, old_key),
    constraint imported_rows_kind_check check (kind in ('user', 'room'))
  );
`;
