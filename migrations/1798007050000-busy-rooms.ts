import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFunction } from './functions.js';

/** An edit and a regeneration ask under the room's lock whether a reply of the room is live. */
export class BusyRooms1798007050000 implements MigrationInterface {
  name = 'BusyRooms1798007050000';

  async up(runner: QueryRunner): Promise<void> {
    await createFunction(runner, 'room_is_busy', '3e5f4ef0f0a1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function room_is_busy(uuid)');
  }
}
