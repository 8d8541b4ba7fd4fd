import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages of one statement: a fraction of a second. */
const BATCH = 20_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Puts the messages that exist into the tail, in the order of their ids and in short transactions, so that it holds up nothing
 * and continues after a failure. Messages that arrive meanwhile are there already. Its time grows with the messages;
 * workers make blocks afterwards.
 */
export class SearchOfOldMessages1798003600000 implements MigrationInterface {
  name = 'SearchOfOldMessages1798003600000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (let after: string | null = BEFORE_ALL; after !== null;) {
      const [batch] = (await runner.query(FILL, [after, BATCH])) as [{ last: string | null }];
      after = batch.last;
    }
    await runner.query(`
      insert into search_due (user_id)
      select user_id from chatrooms group by user_id having sum(message_count) >= 1024
      on conflict do nothing`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('truncate search_tail, search_due, search_blocks');
  }
}

const FILL = `
  with batch as (
    select user_id, created_at, id from messages where id > $1 order by id limit $2
  ), filled as (
    insert into search_tail (user_id, created_at, message_id) select user_id, created_at, id from batch
    on conflict do nothing
  )
  select max(id::text) as last from batch`;
