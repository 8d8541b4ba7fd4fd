import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A user has a few replies at work at a time; the others wait for their turn (docs/adr/0011). Whose turn it is is asked
 * by two functions, because a step of a statement sees the data as old as the statement is, a volatile function as they
 * are when it is called: after the lock that all who ask for the same user take.
 */
export class LiveRepliesOfAUser1796000100000 implements MigrationInterface {
  name = 'LiveRepliesOfAUser1796000100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(COLUMNS);
    await queryRunner.query(MAY_BEGIN);
    await queryRunner.query(ADMIT);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop function admit_replies(uuid, timestamptz, integer);
      drop function reply_may_begin(uuid, uuid, integer);
      drop index messages_live_of_user_idx;
      alter table messages drop column put_offs
    `);
  }
}

const COLUMNS = `
  -- claims that were given back without a fault of the reply's: the model was over its limit, or was not asked at all
  alter table messages add column put_offs integer not null default 0;
  -- the live replies of a user: those at work (turn_at not null) to be counted, those that wait the oldest first
  create index messages_live_of_user_idx on messages (user_id, turn_at, created_at) where completed_at is null;
`;

/** One at a time for each user, until the end of the transaction ('repl' as a number). */
const LOCK = 'perform pg_advisory_xact_lock(1919250540, hashtext(of_user::text));';

/** How many more of the user's replies may be at work. Index: messages_live_of_user_idx. */
const FREE = `most - (
      select count(*) from messages where user_id = of_user and completed_at is null and turn_at is not null
    )`;

/** Has a new reply in this room its turn at once? Index: messages_live_idx. */
const MAY_BEGIN = `
  create function reply_may_begin(of_user uuid, of_room uuid, most integer) returns boolean language plpgsql as $$
  begin
    ${LOCK}
    return not exists (select from messages where chatroom_id = of_room and completed_at is null) and ${FREE} > 0;
  end $$;
`;

/**
 * Begins the turn of the user's oldest waiting replies that are first in their room, as many as may be at work; gives
 * what their jobs are named by. One that somebody is ending at this moment is passed over, not waited for: he admits, too.
 * Indexes: messages_live_of_user_idx, messages_live_idx, messages_pkey.
 */
const ADMIT = `
  create function admit_replies(of_user uuid, begins_at timestamptz, most integer) returns table (id uuid, generation integer)
  language plpgsql rows 1 as $$
  begin
    ${LOCK}
    return query
    with oldest as materialized (
      select w.id from messages w
      where w.user_id = of_user and w.completed_at is null and w.turn_at is null
        and not exists (select from messages earlier
                        where earlier.chatroom_id = w.chatroom_id and earlier.completed_at is null and earlier.seq < w.seq)
      order by w.turn_at, w.created_at
      limit greatest(0, ${FREE})
      for no key update of w skip locked
    )
    update messages m set turn_at = begins_at from oldest where m.id = oldest.id
    returning m.id, m.generation;
  end $$;
`;
