import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../../platform/database/database.js';

/** The account_endings table: accounts that are gone, and still to be told of. */
@Injectable()
export class AccountEndingsRepository {
  constructor(private readonly database: Database) {}

  async insert(userId: string, now: Date, manager: EntityManager): Promise<void> {
    await this.database.run(INSERT, [userId, now], manager);
  }

  /** Everything is told. */
  async delete(userId: string): Promise<void> {
    await this.database.run(DELETE, [userId]);
  }

  /** Those that ended before then: whoever ended a later one is still at it. */
  async listBefore(before: Date, limit: number): Promise<string[]> {
    const rows = await this.database.run<{ userId: string }>(LIST, [before, limit]);
    return rows.map(({ userId }) => userId);
  }
}

const INSERT: Statement = {
  name: 'account-ending-insert',
  text: 'insert into account_endings (user_id, ended_at) values ($1, $2)',
};
const DELETE: Statement = {
  name: 'account-ending-delete',
  text: 'delete from account_endings where user_id = $1',
};
/** The table is empty as a rule. */
const LIST: Statement = {
  name: 'account-endings-list',
  text: 'select user_id as "userId" from account_endings where ended_at < $1 order by ended_at limit $2',
};
