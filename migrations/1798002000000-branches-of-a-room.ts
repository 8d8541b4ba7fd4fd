import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFunction } from './functions.js';

/**
 * Branches of a room's tree of messages. `parent_id` is the tree, and `tail_id` its active leaf; both are as old as the tables.
 * What is new says the same in numbers, so that a far message is found without a walk over all between: the branch of each
 * message (a line without forks; null: the trunk, which is every row of the previous release), and where each branch begins
 * and ends. Without a rewrite or an index of `messages`, and without a trigger: a room that was never forked pays nothing.
 */
export class BranchesOfARoom1798002000000 implements MigrationInterface {
  name = 'BranchesOfARoom1798002000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await createFunction(runner, 'newest_below', '4a6ee3e48b42');
    await createFunction(runner, 'on_path', '051a9e99f5c4');
    await createFunction(runner, 'settle_answers', '6707bfcaf093');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(SETTLE_ANSWERS_BEFORE);
    await runner.query(`
      drop function on_path(uuid, uuid);
      drop function newest_below(uuid, integer, integer);
      drop table message_branches;
      alter table chatrooms drop column branches, drop column branch;
      alter table messages drop column branch
    `);
  }
}

const TABLES = `
  -- In the order in which a send locks its tables, so that neither waits for the other.
  -- branch: of tail_id. branches: beside the trunk, ever made; 0: parent and seq are one order
  alter table chatrooms add column branch integer, add column branches integer not null default 0;
  -- seq of the first message of its branch; null: the trunk
  alter table messages add column branch integer;

  -- the branches of a room that has more than its trunk, which is branch 0
  create table message_branches (
    chatroom_id uuid not null,
    -- seq of its first message
    branch integer not null,
    -- what the siblings of its first message share: their parent, or the room where they have none; and their role
    parent_key uuid not null,
    role text not null,
    -- 1, 2, 3 … among those siblings; the first one has no branch of its own
    sibling integer not null,
    -- branch and seq of the parent of its first message; null and 0: it has none
    parent_branch integer,
    fork_seq integer not null,
    -- seq of its newest message when the room last left it
    tip_seq integer not null,
    constraint message_branches_pkey primary key (chatroom_id, branch),
    constraint message_branches_chatroom_id_fkey foreign key (chatroom_id) references chatrooms (id) on delete cascade
  );
  create index message_branches_siblings_idx on message_branches (chatroom_id, parent_key, role, sibling);
  create index message_branches_forks_idx on message_branches (chatroom_id, parent_branch, fork_seq);
`;

/** As the previous release has it. */
const SETTLE_ANSWERS_BEFORE = `
  create or replace function settle_answers(of_room uuid, of_question uuid, reply uuid, reply_seq integer) returns boolean
  language plpgsql as $$
    declare
      question_seq integer;
      chosen uuid;
    begin
      select q.seq into question_seq from messages q where q.id = of_question;
  
      select answer.id into chosen
      from (
        select m.id, m.seq from messages m
        where m.chatroom_id = of_room and m.seq > question_seq and m.in_reply_to = of_question and m.id <> reply
          and m.status <> 'failed'
        union all
        select reply, reply_seq where reply_seq is not null
      ) answer
      order by answer.seq desc limit 1;
  
      update messages m set active = not m.active
      where m.chatroom_id = of_room and m.seq > question_seq and m.in_reply_to = of_question and m.id <> reply
        and m.active <> (m.id is not distinct from chosen);
  
      update chatrooms r set tail_id = chosen
      where r.id = of_room and r.tail_id <> chosen
        and exists (select from messages t where t.id = r.tail_id and t.in_reply_to = of_question);
  
      return chosen is not distinct from reply;
    end $$;
`;
