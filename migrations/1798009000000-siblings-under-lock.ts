import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFunction } from './functions.js';

/**
 * An edit and a regeneration number their branch by what is committed when they hold the room's lock. By what was committed
 * when they began to wait for it, two siblings could get the same number: siblings are numbered again, in the order of their
 * messages.
 */
export class SiblingsUnderLock1798009000000 implements MigrationInterface {
  name = 'SiblingsUnderLock1798009000000';

  async up(runner: QueryRunner): Promise<void> {
    await createFunction(runner, 'seq_of', '49c69bcdda38');
    await createFunction(runner, 'next_sibling', '3fe10fc29b63');
    await runner.query(`
      update message_branches b set sibling = n.sibling
      from (
        select chatroom_id, branch, 1 + row_number() over (partition by chatroom_id, parent_key, role order by branch) as sibling
        from message_branches where branch > 0
      ) n
      where b.chatroom_id = n.chatroom_id and b.branch = n.branch and b.sibling <> n.sibling`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function next_sibling(uuid, uuid, text); drop function seq_of(uuid)');
  }
}
