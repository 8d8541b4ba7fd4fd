import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

/** The account_endings table: tombstones of deleted accounts that are not settled yet. */
@Injectable()
export class AccountEndingsRepository {
  constructor(private readonly database: Database) {}

  async insert(userId: string, now: Date, manager: EntityManager): Promise<void> {
    await this.database.run(INSERT, { userId, now }, manager);
  }

  /** Everything is settled. */
  async delete(userId: string): Promise<void> {
    await this.database.run(DELETE, { userId });
  }

  /** Accounts deleted before then. Later ones are still being settled by the process that deleted them. */
  async listBefore(before: Date, limit: number): Promise<string[]> {
    const rows = await this.database.run(LIST, { before, limit });
    return rows.map(({ userId }) => userId);
  }
}

const INSERT = statement<{ userId: string; now: Date }>(
  'account-ending-insert',
  'insert into account_endings (user_id, ended_at) values (:userId, :now)',
);
const DELETE = statement<{ userId: string }>(
  'account-ending-delete',
  'delete from account_endings where user_id = :userId',
);
/** Without an index: the table is usually empty. */
const LIST = statement<{ before: Date; limit: number }, { userId: string }>(
  'account-endings-list',
  'select user_id as "userId" from account_endings where ended_at < :before order by ended_at limit :limit',
);
