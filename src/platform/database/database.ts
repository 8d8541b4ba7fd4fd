import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolClient } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { withAfterCommit } from './after-commit.js';
import type { Statement } from './statement.js';

/** Runs prepared statements on TypeORM's pool, and transactions. */
@Injectable()
export class Database {
  constructor(@InjectDataSource() readonly dataSource: DataSource) {}

  /** TypeORM's pool. `dataSource.query` never prepares a statement: 3–4 times slower on the send path (npm run bench). */
  get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  /**
   * Runs a statement and returns its rows.
   * @param manager its transaction; without one the statement is a transaction of its own
   */
  async run<P extends object, R extends object>(
    statement: Statement<P, R>,
    parameters: NoInfer<P>,
    manager?: EntityManager,
  ): Promise<R[]> {
    const connection = manager ? await clientOf(manager) : this.pool;
    return (await connection.query<R>(statement.bind(parameters))).rows;
  }

  /** Runs a statement and returns its first row; null: it returned none. */
  async one<P extends object, R extends object>(
    statement: Statement<P, R>,
    parameters: NoInfer<P>,
    manager?: EntityManager,
  ): Promise<R | null> {
    return (await this.run(statement, parameters, manager))[0] ?? null;
  }

  /** Runs reads in one snapshot: all statements see the data as of the first one. */
  snapshot<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction('REPEATABLE READ', work);
  }

  /** Runs `work` in one transaction; everything inside must use the given manager. Work of `afterCommit` follows the commit. */
  tx<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return withAfterCommit((begin) =>
      this.dataSource.transaction((manager) => {
        begin(manager);
        return work(manager);
      }),
    );
  }
}

/** The connection of an open transaction. */
async function clientOf(manager: EntityManager): Promise<PoolClient> {
  const runner = manager.queryRunner;
  if (!runner?.isTransactionActive) throw new Error('the manager has no open transaction');
  return (await runner.connect()) as PoolClient;
}
